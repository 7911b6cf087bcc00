"""A small project of realistic code, whose files lean on one another by imports, calls, bases and words."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from mlint.config import Selectors, Settings
from mlint.finding import Confidence

EVERYTHING = Settings("test", select=Selectors(("ALL",), "test"), min_confidence=Confidence.POSSIBLE)
"""Settings by which all is reported."""
FILES = {
    "pyproject.toml": "",
    "main.py": """
        import torch

        from shop import Classifier, bytes_of, noisy
        from shop.evaluation import accuracy, accuracy_of_half
        from shop.training import fit


        def main(data, held_out):
            model = Classifier(10)
            fit(model, data)
            print(accuracy(model, held_out), accuracy_of_half(model, held_out))
            return bytes_of(noisy(held_out[0]))


        if __name__ == "__main__":
            main(torch.load("data.pt"), torch.load("held_out.pt"))
        """,
    "shop/__init__.py": """
        from .images import *
        from .models import Classifier
        """,
    "shop/settings.py": """
        import numpy as np

        SCALE = 255
        NOISE = 50.0
        DTYPE = np.float32
        """,
    "shop/images.py": """
        import numpy as np

        from shop import settings
        from shop.settings import DTYPE

        __all__ = ["bytes_of", "noisy"]


        def noisy(image):
            noise = np.random.normal(0, settings.NOISE, image.shape)
            return image.astype(DTYPE) + noise


        def bytes_of(image):
            return image.astype("uint8")


        def brightened(path, cv2):
            image = cv2.imread(path)
            bright = image.astype(np.float32) * 1.5
            return bright.astype(np.uint8)
        """,
    "shop/models/__init__.py": """
        from .base import Base
        from .classifier import Classifier
        """,
    "shop/models/base.py": """
        import torch
        from torch import nn


        class Base(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.width = width
                self.dropout = nn.Dropout(0.5)

            def features(self, x):
                return self.dropout(x)

            def frozen(self):
                self.eval()
                return self
        """,
    "shop/models/classifier.py": """
        import torch
        from torch import nn

        from .base import Base


        class Classifier(Base):
            def __init__(self, classes, return_features=False):
                super().__init__(64)
                self.norm = nn.BatchNorm1d(64)
                self.head = nn.Linear(self.width, classes)
                self.return_features = return_features

            def forward(self, x):
                features = self.norm(self.features(x))
                offset = torch.zeros(features.shape)
                if self.return_features:
                    return self.head(features), features
                return self.head(features + offset)
        """,
    "shop/training.py": """
        import torch
        from torch import nn

        from shop.models import Classifier


        def fit(model, data, epochs=2):
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            criterion = nn.CrossEntropyLoss()
            losses = []
            model.train()
            for _ in range(epochs):
                total = 0
                for x, y in data:
                    loss = criterion(model(x), y)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    total = loss.item()
                    losses.append(loss)
                print(total / len(data))
            return losses


        def resume(path):
            model = Classifier(10)
            model.load_state_dict(torch.load(path))
            return model
        """,
    "shop/evaluation.py": """
        import torch

        from shop.timing import without_gradients


        @torch.no_grad()
        def accuracy(model, loader):
            hits = 0
            for x, y in loader:
                hits += (model(x).argmax(1) == y).sum().item()
            return hits / len(loader)


        @without_gradients
        def accuracy_of_half(model, loader):
            model.eval()
            hits = 0
            for x, y in loader:
                hits += (model(x.half()).argmax(1) == y).sum().item()
            return hits / len(loader)
        """,
    "shop/timing.py": """
        import functools

        import torch


        def without_gradients(function):
            @functools.wraps(function)
            def inside(*args, **kwargs):
                with torch.no_grad():
                    return function(*args, **kwargs)

            return inside
        """,
    "shop/serving.py": """
        import torch

        from shop.images import bytes_of, noisy
        from shop.training import resume

        model = None


        def start(path):
            global model
            model = resume(path)


        def answer(image):
            with torch.no_grad():
                scores = model(torch.from_numpy(image))
            return scores, bytes_of(noisy(image))
        """,
    "tools/crop.py": """
        import numpy as np


        def crop(boxes, width, height):
            x1 = np.clip(boxes[:, 0], 0, width)
            y1 = np.clip(boxes[:, 1], 0, height)
            x2 = np.clip(boxes[:, 2], 0, width)
            y2 = np.clip(boxes[:, 2], 0, height)
            return np.stack([x1, y1, x2, y2], axis=1)
        """,
    "tools/names.py": """
        import json


        def names(path):
            with open(path) as file:
                return json.load(file)
        """,
}


def write(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write the files of a project into a folder, and return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedented(text), encoding="utf-8")
    return folder


def dedented(text: str) -> str:
    """A text of the table as it stands in its file."""
    return textwrap.dedent(text).lstrip("\n")
