"""Small models with random weights, saved by sentence-transformers as real ones are."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = (
    "ما هي عاصمة مصر وأين تقع على ضفاف النيل؟",
    "نهر النيل أطول أنهار أفريقيا ويصب في البحر المتوسط.",
    "كتب ابن خلدون المقدمة وهو في قلعة بني سلامة.",
    "تشتهر دمشق بأسواقها القديمة وبيوتها ذات الأفنية.",
    "The capital of Egypt is Cairo, on the banks of the Nile.",
    "Which book did Ibn Khaldun write in the castle?",
    "Damascus is known for its old markets and its houses with courtyards.",
    "How long is the longest river of Africa?",
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
MAX_TOKENS = 48
# Random layers with weights this large tell texts apart, so that a wrong vector is seen.
_SPREAD = 0.1
_SIZES = {"vocab_size": 400, "initializer_range": _SPREAD, "pad_token_id": 0}
_BERT = {
    **_SIZES,
    "hidden_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}


def build(kind: str, folder: Path) -> Path:
    """Save the small model called `kind` into `folder`, which is given back."""
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()):  # progress bars and advice
        warnings.simplefilter("ignore")
        BUILDERS[kind]().save(str(folder))
    return folder


def load(folder: Path) -> Any:
    """The model as sentence-transformers loads it: what our vectors are held against."""
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        library = importlib.import_module("sentence_transformers")
        return library.SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def _word_pieces() -> Any:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=400, special_tokens=list(SPECIAL), show_progress=False
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return _ending(tokenizer, "[CLS] $A [SEP]")


def _unigram(template: str = "[CLS] $A [SEP]") -> Any:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=300, special_tokens=list(SPECIAL), unk_token="[UNK]", show_progress=False
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return _ending(tokenizer, template)


def _ending(tokenizer: Any, template: str) -> Any:
    tokens = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single=template, special_tokens=tokens)
    return tokenizer


def _sentence_transformer(
    name: str,
    settings: dict[str, Any],
    tokenizer: Any,
    pooling: str,
    *more: Callable[[Any], Any],
    max_tokens: int | None = MAX_TOKENS,
    padding_side: str = "right",
    include_prompt: bool = True,
    **options: Any,
) -> Any:
    """A transformer of this architecture, pooling and `more` modules behind it."""
    transformers: Any = importlib.import_module("transformers")
    library: Any = importlib.import_module("sentence_transformers")
    modules: Any = importlib.import_module("sentence_transformers.sentence_transformer.modules")
    tempfile: Any = importlib.import_module("tempfile")
    limit = {} if max_tokens is None else {"model_max_length": max_tokens}
    importlib.import_module("torch").manual_seed(7)
    with tempfile.TemporaryDirectory() as folder:
        config = getattr(transformers, f"{name}Config")(**settings)
        getattr(transformers, f"{name}Model")(config).save_pretrained(folder)
        transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            pad_token="[PAD]",
            unk_token="[UNK]",
            cls_token="[CLS]",
            sep_token="[SEP]",
            padding_side=padding_side,
            **limit,
        ).save_pretrained(folder)
        first = modules.Transformer(folder)
    width = first.get_embedding_dimension()
    chain = [first, modules.Pooling(width, pooling, include_prompt=include_prompt)]
    chain += [make(modules) for make in more]
    return library.SentenceTransformer(modules=chain, device="cpu", **options)


def _normalize(modules: Any) -> Any:
    return modules.Normalize()


def _dense(modules: Any) -> Any:
    return modules.Dense(48, 32)  # with sentence-transformers' own tanh


def _bert(**options: Any) -> Any:
    return _sentence_transformer("Bert", _BERT, _word_pieces(), "mean", _normalize, **options)


def _xlm_roberta(**options: Any) -> Any:
    return _sentence_transformer("XLMRoberta", _BERT, _unigram(), "cls", **options)


def _distilbert() -> Any:
    settings = {
        **_SIZES,
        "dim": 48,
        "n_layers": 2,
        "n_heads": 4,
        "hidden_dim": 64,
        "max_position_embeddings": 64,
    }
    return _sentence_transformer("DistilBert", settings, _word_pieces(), "max")


def _qwen() -> Any:
    settings = {**_BERT, "num_key_value_heads": 2, "head_dim": 12}
    return _sentence_transformer(
        "Qwen3", settings, _unigram("$A [SEP]"), "lasttoken", padding_side="left"
    )


def _static() -> Any:
    library: Any = importlib.import_module("sentence_transformers")
    modules: Any = importlib.import_module("sentence_transformers.sentence_transformer.modules")
    importlib.import_module("torch").manual_seed(7)
    return library.SentenceTransformer(
        modules=[modules.StaticEmbedding(_word_pieces(), embedding_dim=32)], device="cpu"
    )


_PROMPTS = {"query": "ask: ", "document": "read: "}
BUILDERS: dict[str, Callable[[], Any]] = {
    "bert-mean": _bert,
    "xlm-roberta-cls": _xlm_roberta,
    "distilbert-max": _distilbert,
    "bert-dense": lambda: _sentence_transformer("Bert", _BERT, _unigram(), "mean", _dense),
    "bert-weighted": lambda: _sentence_transformer("Bert", _BERT, _unigram(), "weightedmean"),
    "qwen-last": _qwen,
    "prompts": lambda: _bert(prompts=_PROMPTS),
    "dot": lambda: _xlm_roberta(similarity_fn_name="dot"),
    "shortened": lambda: _bert(truncate_dim=20),
    "unlimited": lambda: _xlm_roberta(max_tokens=None),
    "without-prompt": lambda: _bert(prompts=_PROMPTS, include_prompt=False),
    "static": _static,
}
