"""Runs every command that a document shows, as it is written, and compares what comes out with what the document says.

    /usr/bin/python3 labels/tool/transcript_test.py GUARD_LABEL DOCUMENT…
    /usr/bin/python3 labels/tool/transcript_test.py --update GUARD_LABEL DOCUMENT…    writes what came out into the documents

A document is a README or a file of transcripts/. In its code (lines indented by four spaces) a line that begins with "$ "
is a command for bash, "> " its continuation, and the lines up to the next command or the end of the code are what it
prints, standard output and complaints together. A last line "[1]" is an exit status other than 0. The commands of one
document run one after another in one scratch folder, where guard-label is on the path, deploy/ is that of the sources and transcripts/ the
folder beside this file.
Code without a "$ " is not run.
"""

import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parents[1]
INDENT = "    "


def is_code(line):
    return line.startswith(INDENT) or not line.strip()


def expected_lines(lines, at):
    """The index behind the output that begins at `at`; blank lines at its end belong to the text."""
    end = at
    while end < len(lines) and is_code(lines[end]) and not lines[end].startswith(INDENT + "$ "):
        end += 1
    while end > at and not lines[end - 1].strip():
        end -= 1
    return end


def run(command, folder, environment):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    printed = done.stdout.decode("utf-8").split("\n")
    if printed[-1] == "":
        printed.pop()
    if done.returncode != 0:
        printed.append(f"[{done.returncode}]")
    return [(INDENT + line).rstrip() for line in printed]


def replay(document, guard_label):
    """The document as it would be if every output were what came out, and the number of commands."""
    lines = document.read_text(encoding="utf-8").split("\n")
    result = []
    commands = 0
    with tempfile.TemporaryDirectory(prefix="transcript-") as folder:
        os.symlink(SOURCES / "deploy", pathlib.Path(folder) / "deploy")
        os.symlink(HERE / "transcripts", pathlib.Path(folder) / "transcripts")
        path = f"{guard_label.parent}:{os.environ['PATH']}"
        environment = {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": folder, "TZ": "UTC"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        at = 0
        while at < len(lines):
            result.append(lines[at])
            at += 1
            if not result[-1].startswith(INDENT + "$ "):
                continue
            command = result[-1][len(INDENT) + 2:]
            while at < len(lines) and lines[at].startswith(INDENT + "> "):
                result.append(lines[at])
                command += "\n" + lines[at][len(INDENT) + 2:]
                at += 1
            at = expected_lines(lines, at)
            result += run(command, folder, environment)
            commands += 1
    return "\n".join(result), commands


def main():
    arguments = sys.argv[1:]
    update = arguments[:1] == ["--update"]
    guard_label, *documents = map(pathlib.Path, arguments[1 if update else 0:])
    failed = 0
    for document in documents:
        written = document.read_text(encoding="utf-8")
        came_out, commands = replay(document, guard_label.resolve())
        print(f"{document}: {commands} commands")
        if commands == 0:
            print("no command in it")
            failed += 1
        if came_out == written:
            continue
        if update:
            document.write_text(came_out, encoding="utf-8")
            continue
        failed += 1
        sys.stdout.writelines(line.rstrip("\n") + "\n" for line in difflib.unified_diff(
            written.split("\n"), came_out.split("\n"), "as written", "as it came out", lineterm=""))
    return 1 if failed or not documents else 0


if __name__ == "__main__":
    sys.exit(main())
