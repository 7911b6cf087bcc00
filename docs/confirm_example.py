"""Findings to try: which of them are real?"""

import numpy as np
import torch
from torch import nn


def add_noise(image):
    noise = np.random.normal(0, 25, image.shape)
    return (image + noise).astype(np.uint8)


class Classifier(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU())
        self.head = nn.Linear(8, classes)

    def forward(self, images):
        return self.head(self.body(images).mean((2, 3)))


class Regressor(nn.Module):
    def __init__(self, settings):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 8), nn.Dropout(settings["dropout"]), nn.Linear(8, 1))

    def forward(self, features):
        return self.layers(features)


@torch.no_grad()
def predict(images):
    model = Classifier()
    model.load_state_dict(torch.load("weights.pt"))
    return model(images).argmax(1)


@torch.no_grad()
def scores(features):
    model = Regressor({"dropout": 0.0})
    return model(features)
