"""Runs a program on a pseudo-terminal of its own and answers one question.

usage: at_terminal.py QUESTION ANSWER PROGRAM [ARGUMENT ...]
Prints what the terminal showed, then "status N". The answer is typed once, when the question is to be seen; SIGTERM: the
program is sent that instead.
"""
import os
import pty
import signal
import sys

question, answer = sys.argv[1].encode(), sys.argv[2].encode()
pid, terminal = pty.fork()
if pid == 0:
    # What a script starts in its background has it ignored, and so would the program.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(sys.argv[3], sys.argv[3:])

screen = b""
answered = False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # EIO: everybody has closed the terminal
        break
    if not piece:
        break
    screen += piece
    if not answered and question in screen:
        answered = True
        if answer == b"SIGTERM":
            os.kill(pid, signal.SIGTERM)
        else:
            os.write(terminal, answer + b"\n")

_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(screen + b"\nstatus %d\n" % os.waitstatus_to_exitcode(status))
