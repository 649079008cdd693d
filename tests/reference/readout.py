#!/usr/bin/env python3
"""The values of tests/reference/readout.tsv: what scikit-learn makes of small spike counts.

Needs python3-sklearn and is not run by the tests:  python3 tests/reference/readout.py > readout.tsv

Lines, tab-separated:
    train|test  NUMBER LABEL COUNT...        counts of 6 units in 2 windows: unit 0 window 0, 1, unit 1 ...
    METHOD SCALE OPTIONS...  | NUMBER SCORE... scores of a test sample for the classes 0, 1 and 3
Unit 5 never fires in training. Class 2 of the four does not occur.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

UNITS, WINDOWS, CLASSES = 6, 2, [0, 1, 3]
rng = np.random.default_rng(1)
rates = rng.gamma(1.5, 2.0, (len(CLASSES), UNITS * WINDOWS))
rates[:, -WINDOWS:] = 0


def draw(kind, n):
    which = rng.integers(0, len(CLASSES), n)
    counts = rng.poisson(rates[which] * rng.uniform(0.3, 1.5, (n, 1)))
    if kind == "test":
        counts[-2, -1] = 4  # a unit that was silent in training
        counts[-1] = 0  # a silent sample
    labels = np.array(CLASSES)[which]
    for i in range(n):
        print(kind, i, labels[i], *counts[i], sep="\t")
    return counts.astype(float), labels


def scaled(scale, counts, train):
    if scale == "sum":
        return counts / np.maximum(counts.sum(1, keepdims=True), 1)
    if scale == "max":
        return counts / np.maximum(counts.max(1, keepdims=True), 1)
    if scale == "standard":
        deviation = train.std(0)
        return (counts - train.mean(0)) / np.where(deviation > 0, deviation, 1)
    return counts


def show(name, scores):
    for i, row in enumerate(scores):
        print(name, i, *(f"{x:.9f}" for x in row), sep="\t")


def by_steps(x, labels, step, epochs, batch, l2, soft):
    """Softmax regression from 0 in file order; step(gradient) is what to take off."""
    target = np.full((len(labels), 4), soft / 4)
    target[np.arange(len(labels)), labels] += 1 - soft
    x = np.hstack([x, np.ones((len(x), 1))])
    w = np.zeros((x.shape[1], 4))
    for _ in range(epochs):
        for i in range(0, len(x), batch):
            z = x[i : i + batch] @ w
            p = np.exp(z - z.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            g = x[i : i + batch].T @ (p - target[i : i + batch]) / len(p)
            g[:-1] += l2 * w[:-1]
            w -= step(g)
    return w


def probabilities(x, w):
    z = np.hstack([x, np.ones((len(x), 1))]) @ w
    p = np.exp(z - z.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


class Adadelta:  # Zeiler 2012, algorithm 1
    def __init__(self, rate, epsilon, rho=0.95):
        self.rate, self.epsilon, self.rho, self.v, self.u = rate, epsilon, rho, 0, 0

    def __call__(self, g):
        self.v = self.rho * self.v + (1 - self.rho) * g**2
        d = np.sqrt(self.u + self.epsilon) / np.sqrt(self.v + self.epsilon) * g
        self.u = self.rho * self.u + (1 - self.rho) * d**2
        return self.rate * d


train, labels = draw("train", 90)
test, _ = draw("test", 12)
for alpha, scale in ((1, "none"), (0.01, "sum"), (20, "standard")):
    model = RidgeClassifier(alpha=alpha).fit(scaled(scale, train, train), labels)
    show(f"ridge --scale {scale} --l2 {alpha}", model.decision_function(scaled(scale, test, train)))
for l2, scale in ((1, "none"), (0.02, "max"), (0.001, "sum"), (5, "standard")):
    model = LogisticRegression(C=1 / l2, multi_class="multinomial", solver="newton-cg", tol=1e-8, max_iter=1000)
    model.fit(scaled(scale, train, train), labels)
    show(f"logistic --scale {scale} --l2 {l2}", model.predict_proba(scaled(scale, test, train)))

# A perceptron without a hidden layer, begun at 0, is softmax regression; its alpha is per batch of 30.
model = MLPClassifier((), alpha=0.3, batch_size=30, shuffle=False)
model.partial_fit(train, labels, classes=range(4))
for parameter in model.coefs_ + model.intercepts_:
    parameter[:] = 0
model._optimizer = AdamOptimizer(model.coefs_ + model.intercepts_, 0.02)
for _ in range(5):
    model.partial_fit(train, labels)
show("softmax --optimizer adam --learning-rate 0.02 --l2 0.01 --batch 30 --epochs 5",
     model.predict_proba(test)[:, CLASSES])

w = by_steps(train, labels, Adadelta(0.5, 1e-6), 7, 40, 0.002, 0.2)
show("softmax --optimizer adadelta --learning-rate 0.5 --epsilon 1e-6 --l2 0.002 --batch 40 --epochs 7 --soft-labels 0.2",
     probabilities(test, w)[:, CLASSES])
w = by_steps(scaled("standard", train, train), labels, Adadelta(0.5, 1e-6), 7, 40, 0, 0)
show("softmax --scale standard --optimizer adadelta --learning-rate 0.5 --epsilon 1e-6 --batch 40 --epochs 7",
     probabilities(scaled("standard", test, train), w)[:, CLASSES])
