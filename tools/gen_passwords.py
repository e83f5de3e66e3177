"""spec/common_passwords.txt -> domain/identity/common_passwords.inc: the words folded as the program folds what it is asked about
(domain/identity/password_policy.c), sorted for a binary search."""
from generate import write

FOLD = str.maketrans({"0": "o", "1": "i", "l": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})


def generate(spec, out):
    words = {line.lower().translate(FOLD) for line in (spec / "common_passwords.txt").read_text().split()}
    rows = ['"%s",' % w.replace("\\", "\\\\").replace('"', '\\"') for w in sorted(words, key=lambda w: w.encode())]
    write(out / "domain/identity/common_passwords.inc", "\n".join(rows) + "\n")
