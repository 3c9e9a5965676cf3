"""usage: python benchmark.py [--model FILE] [--ecdt DIR] [--stock] [--json FILE]

Prints a table in Chinese and writes the same figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from measures import curve, ecdt, load
from sentences import HOME, read_held_out, read_training
from train import in_service

TARGETS = {
    "ecdt_macro_f1": ("ECDT 2017 macro-F1", "≥ 0.92"),
    "ecdt_train_seconds": ("ECDT 训练(整条命令,秒)", "≤ 20"),
    "memory_mb": ("服务进程内存(MB)", "≤ 700"),
    "parses_per_second": ("每秒解析(8 个客户端)", "≥ 600"),
    "p50_ms": ("一次解析的中位时间(毫秒)", "≤ 2"),
}


def machine() -> str:
    """Processor count and platform, for the record."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def ecdt_figures(data: Path, stock: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Our pipeline on ECDT, and with `stock` Rasa's own, speed included."""
    texts = [text for _, text in ecdt.read(data / "test.tsv")]
    found: list[dict[str, Any]] = []
    for config in ["config.yml", "config_stock.yml"][: 1 + stock]:
        with tempfile.TemporaryDirectory() as scratch:
            outcome = ecdt.run(data, config, Path(scratch))
            speed = load.measure(outcome.model, texts, 4000 if config == "config.yml" else 1000)
            found.append(
                {
                    "ecdt_macro_f1": outcome.macro_f1,
                    "ecdt_train_seconds": outcome.train_seconds,
                    **asdict(speed),
                }
            )
    return found[0], found[1] if stock else {}


def own_figures(model: Path | None) -> dict[str, Any]:
    """Speed of the model in service and both curves on our own sentences."""
    training, held_out = read_training(), read_held_out()
    figures: dict[str, Any] = {}
    if model is not None:
        figures["speed"] = asdict(load.measure(model, [s.text for s in held_out]))
    figures["learning_curve"] = curve.learning_curve(training, held_out)
    _, fitted = curve.fit(training)
    if fitted.left_out is not None:
        wanted = [s.label for s in training]
        figures["left_out_confidence"] = curve.confidence_curve(fitted.left_out, fitted.labels, wanted)
    return figures


def table(figures: dict[str, Any]) -> str:
    """The figures as staff read them."""
    ours, stock = figures.get("ecdt", {}), figures.get("stock", {})
    speed = figures.get("speed", {})
    lines = [f"{'':<26}{'目标':>8}{'我们':>10}{'Rasa 自带':>10}"]
    for key, (name, target) in TARGETS.items():
        value = speed.get(key, ours.get(key, "没有测"))
        lines.append(f"{name:<26}{target:>8}{value!s:>10}{stock.get(key, '没有测')!s:>10}")
    lines.append("句子越多认得越准(句数,答对,前三):")
    lines += [f"  {n:>6}  {exact:.1%}  {top3:.1%}" for n, exact, top3 in figures["learning_curve"]]
    lines.append("把握多大算数(把握,达到的句子,其中答对,其余前三里有):")
    lines += [
        f"  {level:.1f}  {share:.1%}  {right:.1%}  {near:.1%}" for level, share, right, near in figures.get("left_out_confidence", [])
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="测语言理解:准确、速度、内存")
    parser.add_argument("--model", type=Path, help="不写就用正在使用的模型")
    parser.add_argument("--ecdt", type=Path, help="ECDT 2017 数据的文件夹")
    parser.add_argument("--stock", action="store_true", help="也训练 Rasa 自带的流水线(很慢)")
    parser.add_argument("--json", type=Path, help="把数字写进这个文件")
    options = parser.parse_args()
    model = options.model or in_service(HOME.parent / "var" / "models")
    figures: dict[str, Any] = {"date": date.today().isoformat(), "machine": machine()}
    figures |= own_figures(model.resolve() if model else None)
    if options.ecdt:
        figures["ecdt"], figures["stock"] = ecdt_figures(options.ecdt, options.stock)
    print(table(figures))
    if options.json:
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        options.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
