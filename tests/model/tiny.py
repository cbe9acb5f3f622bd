"""Makes a tiny language model in a folder, weights at random: `python tiny.py FOLDER`.

It speaks a dozen words and ends after a few: what it says to "Hello" is worked out here, and the first word from the
third on that it has not said before is made its last. Prints what it says, for the test to compare.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = "marmot plan robot chip steel data loan market export energy standard car".split()
TEMPLATE = "{% for message in messages %}{{ message['role'] }} {{ message['content'] }} {% endfor %}"


def main(folder: Path) -> None:
    """Make the model and print its words."""
    vocabulary = {word: n for n, word in enumerate(["<unk>", "<pad>", "user", "Hello", *WORDS])}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))  # noqa: S106 - no secret
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>")  # type: ignore[no-untyped-call]  # noqa: S106
    tokenizer.chat_template = TEMPLATE
    prompt = torch.tensor([[vocabulary["user"], vocabulary["Hello"]]])
    model, said = next(spoken for seed in range(1000) if (spoken := _speak(seed, len(vocabulary), prompt)))
    model.generation_config.eos_token_id = said[-1]
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    print(json.dumps([tokenizer.decode([token]) for token in said]))  # noqa: T201


def _speak(seed: int, words: int, prompt: torch.Tensor) -> tuple[Any, list[int]] | None:
    """A model that says at least two words and then a new one, and what it says; None where it does not."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=words, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=256, bos_token_id=None, eos_token_id=None, pad_token_id=1,
    )  # fmt: skip
    model: Any = LlamaForCausalLM(config)  # its own types do not fit one another
    said: list[int] = model.generate(prompt, max_new_tokens=8, do_sample=False)[0, 2:].tolist()
    ends = [n for n in range(2, len(said)) if said[n] not in said[:n]]
    spoken = said[: ends[0] + 1] if ends else []
    return (model, spoken) if spoken and min(spoken) >= words - len(WORDS) else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
