"""Four mistakes that run without an error."""

import cv2
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader


def brighten(path):
    image = cv2.imread(path).astype(np.float32)
    return (image * 1.5).astype(np.uint8)


def loaders(train_set, val_set):
    train_loader = DataLoader(train_set, batch_size=32, num_workers=4)
    val_loader = DataLoader(train_set, batch_size=32, num_workers=4)
    return train_loader, val_loader


def accuracy(weights, loader):
    model = nn.Sequential(nn.Linear(784, 128), nn.Dropout(), nn.Linear(128, 10))
    model.load_state_dict(torch.load(weights))
    correct = 0
    with torch.no_grad():
        for inputs, labels in loader:
            correct = (model(inputs).argmax(1) == labels).sum()
    return correct / len(loader.dataset)
