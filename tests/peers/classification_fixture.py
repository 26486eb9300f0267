#!/usr/bin/env python3
"""Scored rows and their figures by scikit-learn, SciPy and NumPy: what ClassificationReport is held against.

Writes tests/Trainers.Tests/Evaluation/Classification/fixture/classification.json. Needs Debian's python3-sklearn.
"""
import json
from pathlib import Path

import numpy as np
from scipy.special import softmax
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, log_loss, precision_recall_fscore_support, top_k_accuracy_score

ROWS, CLASSES, EMPTY = 160, 7, 5
OUT = Path(__file__).resolve().parents[1] / "Trainers.Tests" / "Evaluation" / "Classification" / "fixture" / "classification.json"


def make_rows():
    """Class EMPTY has no rows but is predicted, some rows have ties, and all scores are float32 as the model would give them."""
    random = np.random.RandomState(12)
    labels = random.choice([c for c in range(CLASSES) if c != EMPTY], size=ROWS, p=[0.3, 0.2, 0.2, 0.15, 0.1, 0.05])
    logits = random.normal(size=(ROWS, CLASSES)) * 1.5
    logits[np.arange(ROWS), labels] += 1.6
    scores = softmax(logits, axis=1)
    scores[:12] = np.round(scores[:12] * 8) / 8
    scores[:12, 0] += 1 - scores[:12].sum(1)
    scores[12] = 1 / CLASSES
    scores[13] = np.eye(CLASSES)[(labels[13] + 1) % CLASSES]
    return labels, np.round(scores, 6).astype(np.float32)


def top_k_errors(labels, scores):
    """The label's place where equal scores stay in the order of their classes; scikit-learn's own answer where there are no ties."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.argmax(order == labels[:, None], axis=1)
    untied = np.array([len(set(row)) == CLASSES for row in scores])
    for k in range(1, CLASSES):
        theirs = top_k_accuracy_score(labels[untied], scores[untied], k=k, labels=range(CLASSES))
        assert abs(theirs - (ranks[untied] < k).mean()) < 1e-12
    return [float((ranks >= k).mean()) for k in range(1, CLASSES + 1)]


def calibration(labels, predicted, scores, bins=15):
    confidence = scores.max(1).astype(np.float64)
    right = predicted == labels
    edges = np.linspace(0, 1, bins + 1)
    which = np.clip(np.digitize(confidence, edges, right=True) - 1, 0, bins - 1)
    rows = [{"count": int((which == b).sum()),
             "confidence": float(confidence[which == b].mean()) if (which == b).any() else 0.0,
             "accuracy": float(right[which == b].mean()) if (which == b).any() else 0.0} for b in range(bins)]
    return rows, sum(row["count"] * abs(row["accuracy"] - row["confidence"]) for row in rows) / len(labels)


def main():
    labels, scores = make_rows()
    predicted = scores.argmax(1)
    used = sorted(set(labels))
    each = precision_recall_fscore_support(labels, predicted, labels=range(CLASSES), zero_division=0)
    macro = precision_recall_fscore_support(labels, predicted, labels=used, average="macro", zero_division=0)
    weighted = precision_recall_fscore_support(labels, predicted, labels=used, average="weighted", zero_division=0)
    # ML.NET's floor; scikit-learn would divide each row by its sum.
    clipped = np.clip(scores.astype(np.float64), np.float32(1e-15), 1)
    loss = -np.log(clipped[np.arange(ROWS), labels]).mean()
    exact = scores.astype(np.float64)[14:] / scores.astype(np.float64)[14:].sum(1, keepdims=True)
    assert abs(log_loss(labels[14:], exact, labels=range(CLASSES)) + np.log(exact[np.arange(ROWS - 14), labels[14:]]).mean()) < 1e-12
    shares = np.bincount(labels) / ROWS
    entropy = -sum(p * np.log(p) for p in shares if p > 0)
    bins, error = calibration(labels, predicted, scores)
    right = confusion_matrix(labels, predicted, labels=range(CLASSES))
    intervals = [binomtest(int(right[c, c]), int(right[c].sum())).proportion_ci(method="wilson") if right[c].sum() else None for c in range(CLASSES)]
    overall = binomtest(int((predicted == labels).sum()), ROWS).proportion_ci(method="wilson")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({
        "labels": labels.tolist(),
        "scores": [[round(float(value), 6) for value in row] for row in scores],
        "accuracy": accuracy_score(labels, predicted),
        "accuracyInterval": [overall.low, overall.high],
        "macroAccuracy": balanced_accuracy_score(labels, predicted),
        "topKErrors": top_k_errors(labels, scores),
        "logLoss": loss,
        "logLossReduction": (entropy - loss) / entropy,
        "perClassLogLoss": [float(-np.log(clipped[labels == c, c]).mean()) if (labels == c).any() else 0.0 for c in range(CLASSES)],
        "precision": each[0].tolist(), "recall": each[1].tolist(), "f1": each[2].tolist(), "support": each[3].tolist(),
        "intervals": [[0.0, 1.0] if one is None else [one.low, one.high] for one in intervals],
        "macro": [float(value) for value in macro[:3]],
        "weighted": [float(value) for value in weighted[:3]],
        "confusion": right.tolist(),
        "bins": bins,
        "calibrationError": error,
    }, indent=None, separators=(",", ":")).replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
    main()
