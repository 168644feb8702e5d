"""Softmax regression on 8x8 digits, in nothing but Python's standard library.

One trial: hyperparameters in by flags, metrics out as JSON lines on standard output.
"""

import argparse
import csv
import gzip
import json
import math
import os
import random
from operator import mul
from pathlib import Path

CLASSES = 10


def load(path):
    """Rows of 64 pixels scaled to 0..1 with a constant 1 for the bias, and their labels."""
    with gzip.open(path, "rt") as file:
        rows = [[int(cell) for cell in row] for row in csv.reader(file)]
    return [([pixel / 16 for pixel in row[:-1]] + [1.0], row[-1]) for row in rows]


def probabilities(weights, pixels):
    scores = [sum(map(mul, row, pixels)) for row in weights]
    highest = max(scores)
    exponentials = [math.exp(score - highest) for score in scores]
    total = sum(exponentials)
    return [value / total for value in exponentials]


def evaluate(weights, examples):
    loss, right = 0.0, 0
    for pixels, label in examples:
        predicted = probabilities(weights, pixels)
        loss -= math.log(max(predicted[label], 1e-12))
        right += predicted.index(max(predicted)) == label
    return loss / len(examples), right / len(examples)


def train_epoch(weights, examples, lr, l2, batch):
    random.shuffle(examples)
    loss = 0.0
    for start in range(0, len(examples), batch):
        part = examples[start:start + batch]
        rate = lr / len(part)
        errors = []
        for pixels, label in part:
            predicted = probabilities(weights, pixels)
            loss -= math.log(max(predicted[label], 1e-12))
            predicted[label] -= 1
            errors.append((pixels, predicted))
        shrink = 1 - lr * l2
        for k, row in enumerate(weights):
            row = [weight * shrink for weight in row]
            for pixels, error in errors:
                step = rate * error[k]
                row = [weight - step * pixel for weight, pixel in zip(row, pixels)]
            weights[k] = row
    return loss / len(examples)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--l2", type=float, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    args = parser.parse_args()

    random.seed(int(os.environ.get("GRADIENT_SEED", "0")))
    examples = load(Path(__file__).with_name("digits.csv.gz"))
    random.shuffle(examples)
    training, validation = examples[:900], examples[900:1400]
    weights = [[0.0] * len(training[0][0]) for _ in range(CLASSES)]

    for epoch in range(1, args.epochs + 1):
        train_loss = train_epoch(weights, training, args.lr, args.l2, args.batch)
        val_loss, val_acc = evaluate(weights, validation)
        print(json.dumps({"metrics": {"train_loss": train_loss, "val_loss": val_loss, "val_acc": val_acc}, "step": epoch}))


if __name__ == "__main__":
    main()
