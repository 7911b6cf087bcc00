"""What parameters stand for, by their names: a value that most code can use for one that is called like that."""

from __future__ import annotations

import re
from typing import Any

WIDTH = 32
_NAMED: tuple[tuple[str, object], ...] = tuple(
    (rf"(?:{pattern})", value)
    for pattern, value in (
        (
            r"(num|n)_?(class(es)?|labels|outputs?)|nclass(es)?|out_features?|output_(dim|size)|dim_out|out_dim|d_?out",
            10,
        ),
        (r"(num_)?(in|input|n|num|image|img)_?(chan(nel)?s?|planes|chs?)|channels|nc|c_?in|in_c|chan_in|inplanes", 3),
        (
            r"(out|output|mid)_?(chan(nel)?s?|planes|chs?)|c_?out|out_c|chan_out|features?|(n|num)_?(filters|feat(ures)?)",
            8,
        ),
        (r"spatial_dims?|n_?dims?|num_dims|dimensions?|dim_pos", 2),
        (r"planes|oup|outc|out_planes|n_?out", 8),
        (r"inp|inc|in_planes|n_?in", 3),
        (r"frames|num_frames|n_frames|max_frames", 8),
        (r"reduction|squeeze|ws|window|mult|\w+_(mult|multiplier|expansion)", 2),
        (r"(image|img|input)_?(size|height|width|resolution)|h|w|height|width|fmap_size", 32),
        (r"patch_?(size|dim)", 8),
        (r"(mlp|ff|ffn|feed_?forward)_?(dim|size|hidden)?|dim_?feedforward|d_?ff|mlp_dim", 64),
        (r"dim_?heads?|head_?dim|d_?k|d_?v", 8),
        (r".*heads?|n_?head|num_heads", 4),
        (r"depths?|(n|num)_?(layers?|blocks?|residual|stacks?|levels|\w+_layers)|nlayers|layers", 2),
        (
            r"vocab(_?size)?|num_?(tokens|embeddings|words|items|users)|n_?(token|words|vocab)s?|\w+_vocab|codebook_size",
            100,
        ),
        (
            r"(max_?)?(seq(uence)?_?len(gth)?|len(gth)?)|block_?size|max_?len|context_?(len|size|length)|window_?size|seq_len\w*|max_\w*len\w*",
            32,
        ),
        (
            r"dim|(d|n|num|dim|hidden|embed(ding)?|emb|latent|z|model|input|in|feat(ure)?|query|inner|mid|base|bottleneck)_?"
            r"(model|dims?|size|units|channels|features?|ch|hidden|embd|in|z)|n?(hidden|inp|hid|gf|df|z)|units",
            WIDTH,
        ),
        (r"\w*drop(out|_?rate|_?prob|_?path)?\w*|dp_?(ratio|rate|prob)|p|prob", 0.1),
        (r"kernel_?size|k|ks|kernel", 3),
        (r"stride", 1),
        (r"padding", 1),
        (r"groups|dilation|expansion|expand_ratio|r|n?_?gpus?|ngpu", 1),
        (r"levels|dims|channels_list|hidden_(dims|sizes)|layer_sizes|num_channels", (8, 8, 8)),
        (r"up_?scale(_?factor)?|scale(_?factor)?|ratio|factor|mlp_ratio|num_?stages", 2),
        (r"bias|bilinear|(use|with|is|has)_\w+", True),
        (r"device", "cpu"),
        (r"rank|local_rank|layer_?id|layer_?idx|layer_?index|idx|index|level", 0),
        (r"eps(ilon)?", 1e-5),
        (
            r"lr|alpha|beta|gamma|momentum|slope|temp(erature)?|tau|lambda_?|(\w+_)?(weight|threshold)|\w+_value",
            0.1,
        ),
        (r"rnn_type|cell_type", "LSTM"),
        (r"act|activation|act_layer|activation_layer|norm(_layer)?|mode|type|dtype", None),
    )
)
_SOUNDS: tuple[tuple[str, object], ...] = (
    (r"(^|_)dims?($|_)", WIDTH),
    (r"depth|layers|repeats?$|blocks?$|stages?$|groups$|mult$|factor$|ratio$|rate$|reduction", 2),
    (r"chan(nel)?s?$|chs?$|planes$|filters$|feat(ures?)?$|tokens$|frames$|bits$|heads$", 8),
    (r"^(num|n)_", 2),
    (r"kernel", 3),
    (r"stride", 1),
    (r"size$", 16),
    (r"shape$", (16,)),
)
_MODULE = re.compile(
    r"(?:\w+_)?(?:fn|func|function|metric|loss|criterion|net|network|model|module|vit|encoder|decoder|backbone|block|"
    r"layer|transformer|teacher|student|attn|attention|pooling|head|body|base|vae|generator|discriminator|image_net|classifier|embedder|projector)\d?"
)
_BAGS = frozenset("args cfg config opt hparams params configs hps model_args conf model_config configuration".split())
NOTHING = object()
"""What is returned where a name says nothing."""


def named(name: str) -> Any:
    """The value for a whole name; NOTHING for one that is not known."""
    return next((value for pattern, value in _NAMED if re.fullmatch(pattern, name.lower())), NOTHING)


def sounding(name: str) -> Any:
    """The value for a part of the name."""
    return next((value for pattern, value in _SOUNDS if re.search(pattern, name.lower())), NOTHING)


def is_module(name: str) -> bool:
    """Whether the name is one of a module, or of something else that is called."""
    return _MODULE.fullmatch(name.lower()) is not None


def is_bag(name: str) -> bool:
    """Whether the name is one of a namespace of options."""
    return name.lower() in _BAGS
