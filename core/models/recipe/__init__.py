"""How the bundled detector's weights are made, run as `python -m core.models.recipe {cache,labels,heads,evaluate}`.

The frozen NanoDet-g looks at photographs once and its predictions are kept (`cache`); what it said there, and real
labels where there are any, become training targets (`labels`); the Faster R-CNN's proposal network and head are written
down and the head is then distilled from them (`heads`); `evaluate` measures. The app itself never imports this package.
"""
