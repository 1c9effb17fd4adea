"""What the benchmarks compare with: stock sentence-transformers and FAISS, the same weights.

    python scripts/stock.py search MODEL FOLDER QUESTION

answers from `FOLDER/stock.faiss` and `FOLDER/stock.json` as a plain script would.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def write_model(folder: Path) -> None:
    """Writes the embedded model as a sentence-transformers folder, in float32."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from index.encoder.e5s1 import Weights
    from index.encoder.embedded import find_weights

    weights = Weights(find_weights())
    hidden = weights.hidden
    config = BertConfig(
        vocab_size=weights.vocabulary_size,
        hidden_size=hidden,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.inner,
        max_position_embeddings=weights.positions,
        type_vocab_size=weights.types,
        layer_norm_eps=weights.epsilon,
    )
    tensors = {
        "embeddings.word_embeddings.weight": weights.matrix(
            "emb.word", weights.vocabulary_size, hidden
        ),
        "embeddings.position_embeddings.weight": weights.vector(
            "emb.pos", weights.positions, hidden
        ),
        "embeddings.token_type_embeddings.weight": weights.vector(
            "emb.type", weights.types, hidden
        ),
    }
    norms = {"embeddings.LayerNorm": "emb.ln"}
    linears: dict[str, tuple[str, int, int]] = {}
    for layer in range(weights.layers):
        ours, theirs = f"l{layer}.", f"encoder.layer.{layer}."
        norms[theirs + "attention.output.LayerNorm"] = ours + "aln"
        norms[theirs + "output.LayerNorm"] = ours + "oln"
        for part, name in {"query": "q", "key": "k", "value": "v"}.items():
            linears[theirs + f"attention.self.{part}"] = (ours + name, hidden, hidden)
        linears[theirs + "attention.output.dense"] = (ours + "ao", hidden, hidden)
        linears[theirs + "intermediate.dense"] = (ours + "fi", weights.inner, hidden)
        linears[theirs + "output.dense"] = (ours + "fo", hidden, weights.inner)
    for theirs, name in norms.items():
        tensors[theirs + ".weight"] = weights.vector(name + ".w", hidden)
        tensors[theirs + ".bias"] = weights.vector(name + ".b", hidden)
    for theirs, (name, rows, columns) in linears.items():
        tensors[theirs + ".weight"] = weights.matrix(name + ".w", rows, columns)
        tensors[theirs + ".bias"] = weights.vector(name + ".b", rows)
    network = BertModel(config, add_pooling_layer=False)
    network.load_state_dict({name: torch.tensor(value) for name, value in tensors.items()})

    tokenizer = Tokenizer(models.Unigram(weights.vocabulary, weights.unk, False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", "always", False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", weights.bos), ("</s>", weights.eos)]
    )
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=weights.positions,
    )
    network.save_pretrained(folder / "network")
    fast.save_pretrained(folder / "network")
    transformer = Transformer(str(folder / "network"), max_seq_length=weights.positions)
    prompts = {"query": "query: ", "passage": "passage: "}
    model = SentenceTransformer(
        modules=[transformer, Pooling(hidden, "mean"), Normalize()], prompts=prompts, device="cpu"
    )
    model.save(str(folder))


def write_index(model: str, folder: Path, texts: list[str]) -> None:
    """Encodes texts and keeps them for `search`."""
    import faiss
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    vectors = encoder.encode(texts, prompt_name="passage")
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(folder / "stock.faiss"))
    (folder / "stock.json").write_text(json.dumps(texts), encoding="utf-8")


def search(model: str, folder: Path, question: str) -> None:
    """Prints the five nearest texts."""
    import faiss
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    index = faiss.read_index(str(folder / "stock.faiss"))
    texts = json.loads((folder / "stock.json").read_text(encoding="utf-8"))
    vector = encoder.encode([question], prompt_name="query")
    scores, rows = index.search(np.asarray(vector), 5)
    for score, row in zip(scores[0], rows[0], strict=True):
        print(f"{score:.3f} {texts[row]}")


if __name__ == "__main__":
    search(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
