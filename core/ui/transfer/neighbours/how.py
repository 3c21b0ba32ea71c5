"""The folded explanation of the section "Neighbours"."""

from __future__ import annotations

import streamlit as st


def how() -> None:
    """Draw it."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. The frozen network turns each picture into a **feature vector**, the numbers that go into its own last "
            "layer. Pictures that the network finds alike lie near each other, whatever their pixels. All views work "
            "on these vectors; none trains anything.\n"
            "2. **Retrieval** sorts pictures by their distance to a query. **Precision@k** is the share of the first k "
            "that are of the query's class; **average precision** takes the mean of the precisions at the ranks where "
            "a right one stands, and **mAP** the mean over all queries.\n"
            "3. **k-means** puts k centres into the cloud of vectors, gives each picture to the nearest one, moves "
            "each centre to the mean of its pictures, and repeats until nothing changes. It never sees a label; "
            "labels only judge the result. For the cosine distance, vectors are scaled to length 1 first: then half "
            "the squared Euclidean distance is the cosine distance.\n"
            "4. The **adjusted Rand index** and **mutual information** compare two partitions without asking which "
            "cluster is which class; the **best matching** asks just that. The **silhouette** needs no labels: it "
            "compares the distance to the own cluster with that to the next one.\n"
            "5. A **map** flattens hundreds of dimensions to two. PCA takes the two directions of largest variance. "
            "t-SNE and UMAP move points until neighbours are neighbours: trust what is near, not how far groups are "
            "apart or how large they look. **Trustworthiness** says how many neighbours on the map are true ones.\n"
            "6. **Raw pixels** are the comparison: the same search without a network. They do well where pictures "
            "are alike in place, size and light, as the centred digits are: there features of photographs can even be "
            "worse. Where objects move and turn, pixels fail and features do not."
        )
        st.latex(
            r"\min_{\mu_1, \dots, \mu_k} \sum_{i=1}^{N} \min_{c} \lVert x_i - \mu_c \rVert^2, \qquad "
            r"\lVert u - v \rVert^2 = 2\,(1 - \cos(u, v)) \text{ if } \lVert u \rVert = \lVert v \rVert = 1"
        )
        st.latex(
            r"s(i) = \frac{b(i) - a(i)}{\max(a(i),\, b(i))}, \quad \begin{aligned} a&: \text{mean distance to the own "
            r"cluster} \\ b&: \text{to the nearest other} \end{aligned}"
        )
