# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of `--html`, read by a parser that follows the rules of HTML to the letter."""
import collections

import html5lib


def wrong(page):
    """What is against the rules, and what a reader who sees or uses less would miss."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page.read_bytes(), transport_encoding="utf-8")
    found = [f"line {line}: {code}" for (line, _), code, _ in parser.errors]
    names = collections.Counter(element.tag for element in tree.iter() if isinstance(element.tag, str))
    found += [f"{names[name]} times {name}" for name in ("h1", "main", "title", "header") if names[name] != 1]
    if tree.get("lang") != "en":
        found.append("no language")
    places = [element.get("id") for element in tree.iter() if element.get("id")]
    found += [f"{count} places are called {name}" for name, count in collections.Counter(places).items() if count > 1]
    for link in tree.iter("a"):
        href = link.get("href", "")
        if not "".join(link.itertext()).strip() or not href:
            found.append(f"a link without words or end: {href}")
        if href.startswith("#") and href[1:] not in places:
            found.append(f"{href} leads nowhere")
    for table in tree.iter("table"):
        columns = [cell.get("scope") for cell in table.find("thead").find("tr")]
        if set(columns) != {"col"} or not table.get("aria-label"):
            found.append(f"a table without a name, or columns without a head: {columns}")
        for row in table.find("tbody"):
            if len(row) != len(columns) or row[0].get("scope") != "row":
                found.append(f"a row of another shape: {''.join(row.itertext())}")
    return found


def packages(page):
    """What is in the tables, in the order of the page."""
    tree = html5lib.parse(page.read_bytes(), transport_encoding="utf-8", namespaceHTMLElements=False)
    return ["".join(row[0].itertext()) for body in tree.iter("tbody") for row in body]
