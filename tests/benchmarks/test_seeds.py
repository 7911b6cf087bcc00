"""Each operator breaks a place that is right, and leaves alone what would be no mistake."""

from __future__ import annotations

from tests.benchmarks.conftest import Broken


def test_a_name_of_the_second_sibling_is_renamed_back(broken: Broken) -> None:
    code = """
    def scale(self, crop_width, crop_height):
        scale_width = self.width / crop_width
        scale_height = self.height / crop_height
        return scale_width, scale_height
    """
    assert broken("rename-back", code) == [
        "scale_height = self.width / crop_height",
        "scale_height = self.height / crop_width",
    ]


def test_siblings_that_differ_otherwise_stay(broken: Broken) -> None:
    code = """
    def scale(self, crop_width, other):
        scale_width = self.width / crop_width
        scale_height = self.height / other
        return flip(scale_width, scale_height)


    def flip(width, height):
        new_width = f(width)
        new_height = f(height)
        return new_height, new_width
    """
    assert broken("rename-back", code) == []


def test_an_entry_is_renamed_back(broken: Broken) -> None:
    code = """
    def shape(size_x, size_y):
        return Box(x=size_x, y=size_y)
    """
    assert broken("rename-back-entry", code) == ["return Box(x=size_x, y=size_x)"]


def test_a_keyword_gets_its_counterpart(broken: Broken) -> None:
    code = """
    def make(train_set, val_set):
        return train_set, Loader(val=val_set)
    """
    assert broken("cross-keyword", code)[:1] == ["return train_set, Loader(val=train_set)"]


def test_a_target_gets_its_counterpart(broken: Broken) -> None:
    code = """
    def make(train_set, val_set):
        val_loader = DataLoader(val_set)
        val_mean = mean(val_mean)
        return val_loader
    """
    assert broken("cross-target", code) == ["val_loader = DataLoader(train_set)"]


def test_a_label_gets_its_counterpart(broken: Broken) -> None:
    code = """
    def report(self, train_loss, val_loss):
        self.log("train/loss", train_loss)
        self.log("val/loss", val_loss)
    """
    assert broken("cross-label", code) == [
        'self.log("train/loss", val_loss)',
        'self.log("val/loss", train_loss)',
    ]


def test_arguments_are_swapped_where_the_parameters_have_their_names(broken: Broken) -> None:
    code = """
    def area(width, height):
        return width * height


    def both(width, height, depth):
        return area(width, height), area(height, depth)
    """
    assert broken("swap-arguments", code) == ["return area(height, width), area(height, depth)"]


MODEL = """
import torch


class Net(torch.nn.Module):
    def __init__(self):
        self.drop = torch.nn.Dropout(0.5)


def evaluate(loader):
    model = Net()
    model.eval()
    with torch.no_grad():
        return [model(each) for each in loader]
"""


def test_eval_is_dropped(broken: Broken) -> None:
    assert broken("drop-eval", MODEL) == [""]


def test_eval_stays_where_the_mode_does_not_matter(broken: Broken) -> None:
    assert broken("drop-eval", MODEL.replace("Dropout(0.5)", "Linear(1, 1)")) == []
    assert broken("drop-eval", MODEL.replace("Net()\n", 'Net.from_pretrained("name")\n')) == []
    assert broken("drop-eval", MODEL.replace("    return [", "    loss.backward()\n        return [")) == []
    assert broken("drop-eval", MODEL.replace("torch.no_grad()", "timer()")) == []


def test_eval_stays_where_a_caller_sees_to_it(broken: Broken) -> None:
    code = """
    def evaluate(model, loader):
        model.eval()
        with torch.no_grad():
            return [model(each) for each in loader]
    """
    caller = """
    def main(model, loader):
        model.eval()
        evaluate(model, loader)
    """
    assert broken("drop-eval", code) == [""]
    assert broken("drop-eval", code + caller) == []


def test_eval_of_a_class_is_dropped(broken: Broken) -> None:
    code = """
    class Predictor:
        def __init__(self, model):
            self.model = model.to("cpu").eval()

        @torch.no_grad()
        def predict(self, x):
            return self.model(x)
    """
    assert broken("drop-eval-in-class", code) == ['self.model = model.to("cpu")']


def test_train_after_validation_is_dropped(broken: Broken) -> None:
    code = """
    def fit(model, loader, others):
        for _ in range(10):
            model.train()
            for x in loader:
                model(x).backward()
            model.eval()
            validate(model, others)
    """
    assert broken("drop-train", code) == [""]
    assert broken("drop-train", code.replace("model.eval()", "model.train()")) == []


def test_the_training_flag_is_dropped(broken: Broken) -> None:
    code = """
    class Net(nn.Module):
        def forward(self, x):
            x = F.dropout(x, 0.5, training=self.training)
            x = F.dropout(x, 0.5, self.training)
            return F.dropout(x, 0.0, self.training)
    """
    assert broken("drop-training-flag", code) == ["x = F.dropout(x, 0.5)", "x = F.dropout(x, 0.5)"]


def test_the_switch_of_attention_is_dropped(broken: Broken) -> None:
    code = """
    class Net(nn.Module):
        def forward(self, q, k, v):
            return attend(q, k, v, dropout_p=self.rate if self.training else 0.0)
    """
    assert broken("drop-attention-switch", code) == ["return attend(q, k, v, dropout_p=self.rate)"]


TOTAL = """
def mean(batches):
    total = 0.0
    for batch in batches:
        total += batch.sum()
    return total / len(batches)
"""


def test_a_total_is_overwritten_or_its_operator_reversed(broken: Broken) -> None:
    assert broken("add-to-assign", TOTAL) == ["total = batch.sum()"]
    assert broken("reverse-add", TOTAL) == ["total =+ batch.sum()"]


def test_a_total_that_nobody_reads_or_that_is_left_at_once_stays(broken: Broken) -> None:
    assert broken("add-to-assign", TOTAL.replace("return total", "return 1")) == []
    assert broken("add-to-assign", TOTAL.replace("batch.sum()\n", "batch.sum()\n        break\n")) == []
    assert broken("add-to-assign", TOTAL.replace("total = 0.0", "total = batches[0]")) == []
    assert broken("add-to-assign", TOTAL.replace("total", "last")) == []
    assert broken("add-to-assign", TOTAL.replace("total = 0.0", "raise TypeError\n    total = 0.0")) == []


def test_windows_and_meters_are_overwritten(broken: Broken) -> None:
    window = """
    def merge(out, count, tiles):
        for tile, a, b in tiles:
            out[a:b] += tile
            count[a:b] += 1
        return out / count
    """
    assert broken("add-to-assign-window", window) == ["out[a:b] = tile", "count[a:b] = 1"]
    meter = """
    class Meter:
        def __init__(self):
            self.sum = 0
            self.count = 0

        def update(self, value, n):
            self.sum += value * n
            self.count += n
            self.average = self.sum / self.count
    """
    assert broken("add-to-assign-meter", meter) == ["self.sum = value * n", "self.count = n"]


def test_a_clip_is_dropped_where_values_leave_the_range(broken: Broken) -> None:
    code = """
    def noisy(image, noise):
        image = image + noise * image.std()
        return np.clip(image, 0, 255).astype(np.uint8)
    """
    assert broken("drop-clip", code) == ["return image.astype(np.uint8)"]


def test_a_clip_of_what_is_in_range_stays(broken: Broken) -> None:
    code = """
    def blend(image, other, alpha):
        blend = image * alpha + other * (1 - alpha)
        return np.clip(blend, 0, 255).astype(np.uint8)


    def shown(x):
        x = torch.sigmoid(x) * 255
        return x.clamp(0, 255).byte()


    def unknown(x):
        return (np.clip(x, 0, 1) * 255).astype("uint8")
    """
    assert broken("drop-clip", code) == []


def test_named_values_become_a_tuple(broken: Broken) -> None:
    code = """
    class Net(nn.Module):
        def forward(self, x):
            a, b, c = self.heads(x)
            return {"a": a, "b": b, "c": c}
    """
    assert broken("names-to-tuple", code) == ["return a, b, c"]
    assert broken("names-to-tuple", code.replace(', "c": c', "")) == []


def test_a_path_returns_something_else(broken: Broken) -> None:
    code = """
    class Net(nn.Module):
        def forward(self, x, fast=False):
            y = self.head(x)
            if self.training:
                return x, y
            if fast:
                return y, x
            return x, self.norm(y)
    """
    assert broken("lose-value-on-one-path", code) == ["return x", "return x"]
    single = code.replace("x, y", "x").replace("y, x", "y").replace("x, self.norm(y)", "self.norm(y)")
    assert broken("add-value-in-training", single) == ["return x, y"]
    assert broken("nothing-on-one-path", single) == ["return None"]


def test_a_path_that_is_never_taken_or_still_returns_two_stays(broken: Broken) -> None:
    code = """
    class Net(nn.Module):
        def forward(self, x):
            if x.any():
                return (x, self.pos), self.mask
            return (self.head(x), self.pos), self.mask
    """
    assert broken("lose-value-on-one-path", code) == []
    dead = """
    class Net(nn.Module):
        def forward(self, x):
            return self.head(x)
            return self.old(x)
    """
    assert broken("nothing-on-one-path", dead) == []


def test_modules_go_into_a_plain_list_and_constants_into_plain_attributes(broken: Broken) -> None:
    code = """
    class Net(nn.Module):
        def __init__(self):
            self.layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
            self.pools = nn.ModuleList([nn.MaxPool2d(2), nn.ReLU()])
            self.register_buffer("mean", torch.tensor([0.5]), persistent=False)
            self.register_buffer("unused", torch.tensor([0.5]))

        def forward(self, x):
            for layer, pool in zip(self.layers, self.pools):
                x = pool(layer(x - self.mean))
            return x
    """
    assert broken("plain-list", code) == ["self.layers = [nn.Linear(2, 2) for _ in range(3)]"]
    assert broken("plain-attribute", code) == ["self.mean = torch.tensor([0.5])"]


def test_tensors_are_made_on_the_wrong_device(broken: Broken) -> None:
    code = """
    class Net(nn.Module):
        def forward(self, x):
            steps = torch.arange(x.shape[1], device=x.device)
            return x + steps
    """
    assert broken("make-then-move", code) == ["steps = torch.arange(x.shape[1]).to(x.device)"]
    assert broken("make-on-cuda", code) == ['steps = torch.arange(x.shape[1], device="cuda")']
    assert broken("lose-device", code) == ["steps = torch.arange(x.shape[1])"]
    assert broken("lose-device", code.replace("x + steps", "x[steps]")) == []


def test_a_result_is_lost(broken: Broken) -> None:
    code = """
    def move(x: torch.Tensor, model, device):
        x = x.to(device)
        model = model.to(device)
        return model(x)
    """
    assert broken("lose-result", code) == ["x.to(device)"]
    assert broken("move-to-cuda", code) == ["x = x.cuda()", "model = model.cuda()"]


def test_map_location_is_lost(broken: Broken) -> None:
    code = """
    def restore(path):
        return torch.load(path, map_location="cpu")
    """
    assert broken("lose-map-location", code) == ["return torch.load(path)"]


def test_the_sides_of_a_picture_change_places(broken: Broken) -> None:
    code = """
    def fit(mask, image):
        h, w = image.shape[:2]
        return cv2.resize(mask, (w, h))
    """
    assert broken("exchange-size", code) == ["return cv2.resize(mask, (h, w))"]
    assert broken("exchange-names", code) == ["w, h = image.shape[:2]"]


def test_sides_stay_where_they_are_turned_or_the_same(broken: Broken) -> None:
    turned = """
    def fit(mask, image):
        h, w = image.shape[:2]
        return cv2.resize(np.rot90(mask), (w, h))
    """
    square = """
    def fit(mask, image):
        side = image.shape[0]
        return cv2.resize(mask, (side, side))
    """
    by_name = """
    def fit(mask, width, height):
        return cv2.resize(mask, (width, height))
    """
    for code in (turned, square, by_name):
        assert broken("exchange-size", code) == []
        assert broken("exchange-names", code) == []
