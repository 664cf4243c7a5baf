# SPDX-License-Identifier: GPL-3.0-or-later
"""The real Bodhi server, run by the interpreter of the environment that has it.

    server.py seed INI   puts the releases on standard input (JSON) into its database; one that is there is edited
    server.py serve INI  serves it until it is killed
"""
import configparser
import json
import os
import sys

what, ini = sys.argv[1:]
os.environ["BODHI_CONFIG"] = ini


def seed():
    from bodhi.server import Session, initialize_db, models
    from bodhi.server.config import config

    config.load_config()
    initialize_db(config)
    session = Session()
    enums = {"state": models.ReleaseState, "package_manager": models.PackageManager}
    for record in json.load(sys.stdin):
        for field, enum in enums.items():
            record[field] = enum.from_string(record[field])
        release = session.query(models.Release).filter_by(name=record["name"]).one_or_none()
        if release is None:
            session.add(models.Release(**record))
        else:
            for field, value in record.items():
                setattr(release, field, value)
    session.commit()


def serve():
    import waitress
    from pyramid.paster import get_app

    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ini)
    waitress.serve(get_app(ini), host="127.0.0.1", port=int(parser["server:main"]["port"]), threads=4)


{"seed": seed, "serve": serve}[what]()
