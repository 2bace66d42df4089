#!/usr/bin/env python3
"""Types commands into bash, zsh and fish, presses the tabulator, and reads what
is there then.

    completions.py PROGRAM
"""

import os
import pathlib
import pty
import select
import subprocess
import sys
import time

from lab import check, main, need, run, say

PROGRAM = pathlib.Path(sys.argv[1]).resolve()

# What is typed, and what completes it. None: nothing does.
ENDINGS = {
    "ricochet rep": "ricochet report ",
    "ricochet dead-letters rep": "ricochet dead-letters replay ",
    "ricochet report --form": "ricochet report --format ",
    "ricochet report --format js": "ricochet report --format json ",
    "ricochet report --color=al": "ricochet report --color=always",
    "ricochet report mail-l": "ricochet report mail-log.txt ",
    "ricochet run -c rico": "ricochet run -c ricochet.toml ",
    "ricochet rules check fold": "ricochet rules check folder-of-rules/",
    "ricochet report --rules fol": "ricochet report --rules folder-of-rules/",
    "ricochet completions z": "ricochet completions zsh ",
    "ricochet suppressions add --scope address_l":
        "ricochet suppressions add --scope address_list ",
    "ricochet --ver": "ricochet --version ",
    # No files where none is meant.
    "ricochet report --since mail-l": None,
    "ricochet classify mail-l": None,
}


class Terminal:
    """A shell at a terminal that understands nothing."""

    def __init__(self, command, folder, setup):
        self.process, self.master = None, None
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder,
            start_new_session=True, close_fds=True,
            env={"TERM": "dumb", "PATH": os.environ["PATH"],
                 "HOME": str(folder), "LC_ALL": "C.UTF-8"})
        os.close(slave)
        self.send(setup + "\n")
        self.send("echo rea''dy\n")
        self.read_until("ready\r\n")

    def send(self, text):
        os.write(self.master, text.encode())

    def read_until(self, text, seconds=20):
        seen, until = "", time.time() + seconds
        while text not in seen and time.time() < until:
            if select.select([self.master], [], [], 0.2)[0]:
                seen += os.read(self.master, 4096).decode(errors="replace")
        check(text in seen, f"waited for {text!r}, saw {seen!r}")
        return seen

    def completed(self, typed):
        """The line after a tabulator. The key ^X^P prints it between signs
        that are not typed."""
        self.send(typed + "\t\x18\x10")
        line = self.read_until("<<end").rsplit("begin>>", 1)[1]
        self.send("\x15")  # clears it
        return line.split("<<end")[0]

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


def bash(folder, script):
    return Terminal(
        ["bash", "--norc", "-i"], folder,
        f"PS1=; source /usr/share/bash-completion/bash_completion; source "
        f"{script}; bind 'set bell-style none'; show() {{ printf "
        "'begin>%s%s<<end' '>' \"$READLINE_LINE\"; }; "
        "bind -x '\"\\C-x\\C-p\": show'")


def zsh(folder, script):
    folder.joinpath("_ricochet").write_text(script.read_text())
    return Terminal(
        ["zsh", "-f", "-i"], folder,
        "PS1=; RPS1=; unsetopt prompt_sp; setopt no_beep; "
        f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; "
        "show() { printf 'begin>%s%s<<end' '>' \"$BUFFER\" }; zle -N show; "
        "bindkey '^X^P' show; bindkey '^I' complete-word; bindkey '^U' "
        "kill-whole-line")


def fish(folder, script, typed):
    """Fish tells its completions without a terminal: one a line."""
    out = run("fish", "--no-config", "-c",
              f"source {script}; complete -C {quoted(typed)}", cwd=folder,
              env={**os.environ, "HOME": str(folder)})
    return sorted(line.split("\t")[0] for line in out.splitlines())


def quoted(text):
    return "'" + text.replace("'", "\\'") + "'"


def test(folder, closing):
    need("bash", "zsh", "fish")
    scripts = {}
    for shell in ("bash", "zsh", "fish"):
        scripts[shell] = folder / f"script.{shell}"
        scripts[shell].write_text(run(PROGRAM, "completions", shell))
        run(shell, "-n", scripts[shell])
    here = folder / "here"
    (here / "folder-of-rules").mkdir(parents=True)
    for name in ("mail-log.txt", "ricochet.toml"):
        (here / name).touch()

    for name, start in (("bash", bash), ("zsh", zsh)):
        shell = start(here, scripts[name])
        closing.append(shell)
        for typed, wanted in ENDINGS.items():
            seen = shell.completed(typed)
            check(seen.rstrip() == (wanted or typed).rstrip(),
                  f"{name}: {typed!r} became {seen!r}, not {wanted!r}")
    for typed, wanted in ENDINGS.items():
        last = [(wanted or "").split(" ")[-1] or
                (wanted or "").split(" ")[-2]] if wanted else []
        seen = fish(here, scripts["fish"], typed)
        check(seen == last, f"fish: {typed!r} gives {seen}, not {last}")
    say(f"{len(ENDINGS)} lines completed in bash, zsh and fish")


if __name__ == "__main__":
    sys.exit(main(test))
