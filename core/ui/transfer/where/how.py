"""How both methods work, and what they cannot say."""

from __future__ import annotations

import streamlit as st

from core.figures.transfer.where_answers import GRAD_CAM, OCCLUSION


def how(size: int) -> None:
    """Draw it.

    Args:
        size: side of what the network sees, pixels.
    """
    with st.expander("How this works", icon=":material/school:"):
        st.markdown("**Grad-CAM** ([Selvaraju et al. 2016](https://arxiv.org/abs/1610.02391), equations 1 and 2)")
        st.latex(GRAD_CAM)
        st.markdown(
            "1. One pass forward gives the maps $A^k$ of a layer and the logit $y^c$ of the class, before softmax.\n"
            "2. One pass back gives how much the logit would grow with each cell. The mean over the $Z$ cells of a map "
            "is its weight $\\alpha_k^c$.\n"
            "3. The weighted sum of all maps is the answer; ReLU keeps what speaks **for** the class.\n\n"
            "It is read before a pooling that ends a stage, where there are more cells. It costs one forward and one "
            "backward pass, and works where everything is frozen: the gradient flows through the weights and need not "
            "change them."
        )
        st.markdown("**Occlusion** ([Zeiler and Fergus 2013](https://arxiv.org/abs/1311.2901), section 4.2)")
        st.latex(OCCLUSION)
        st.markdown(
            "1. A grey square covers one place, the network is asked again, and the difference in probability is "
            "noted; then the square moves on.\n"
            "2. A pixel's colour is the mean over all windows that covered it: vermilion where covering **lowers** the "
            "probability, blue where it **raises** it.\n"
            "3. It needs no gradient and works for any classifier, at the price of one forward pass a window.\n\n"
            "**Limits**\n"
            "- Both say **where**, not **why**: a map on the dog does not say that the network knows dogs.\n"
            f"- A cell of the last layer sees far more than its own place; the map is laid evenly over {size} × {size} "
            "pixels all the same.\n"
            "- Each Grad-CAM map is on its own scale: a bright place in one is not more than a dark one in another.\n"
            "- Grad-CAM averages the gradient over the map; of several objects of a class it may show one, and in "
            "early layers the average says little.\n"
            "- A grey square is something the network has never seen, and may itself look like a class. Try other "
            "greys and sizes: what stays is more likely true.\n"
            "- Where several places show the same evidence, covering one of them changes nothing.\n"
            "- A convincing map proves nothing by itself: compare it with random weights "
            "([Adebayo et al. 2018](https://arxiv.org/abs/1810.03292)).\n"
        )
