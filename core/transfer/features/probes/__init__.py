"""Simple classifiers on cached features: logistic regression, support vector machines, nearest neighbours."""
