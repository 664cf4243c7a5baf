# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kerberos realm and a web server in front of a hub, on loopback, for as long as a test runs.

MIT KDC of realm EXAMPLE.TEST; Apache with mod_auth_gssapi, mod_ssl and a certificate from an own
authority. Everything they write is in one temporary directory, every port is a free one of
127.0.0.1, no file and no service of the system is changed. Needs the programs of Debian's
krb5-kdc, krb5-admin-server, krb5-user, apache2, libapache2-mod-auth-gssapi and openssl.
"""
import contextlib
import itertools
import os
import pathlib
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time

REALM = "EXAMPLE.TEST"
MODULES = "/usr/lib/apache2/modules"
# Where Apache passes on who has logged in.
USER_HEADER = "X-Remote-User"
# A page with no hub behind it; its answer says in X-Logged-In who has logged in.
NEGOTIATION = "/negotiation"


def free_ports(count):
    """Ports that were free a moment ago, all different; none that an outgoing connection could take."""
    ports = random.sample(range(20000, 32000), 40 * count)
    return list(itertools.islice(filter(is_free, ports), count))


def is_free(port):
    """Whether something could listen there now."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def run(*command, **options):
    """A command that must succeed; its output is shown if it does not."""
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}")
    return done.stdout


def wait_for(port, process, what, log):
    """Waits until the process listens on the port."""
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit(f"{what} ended with {process.returncode}:\n{log.read_text(errors='replace')}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"{what} does not listen on {port}:\n{log.read_text(errors='replace')}")


class Rig:
    """The realm and the web server; `with Rig() as rig`."""

    # Seconds; as little as a test of an expired ticket wants.
    clockskew = 2
    # Those with a key in the realm; the first part of a user's name is its keytab's.
    users = ("kim", "robot/releng")

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.dir = None
        (
            self.kdc_port,
            self.backend_port,
            self.gssapi_port,
            self.wrong_key_port,
            self.stripped_port,
            self.corrupt_port,
            self.cert_port,
        ) = free_ports(7)

    def __enter__(self):
        try:
            self.dir = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="flr-kerberos-")))
            # Apache's children are not root and read their keytab in here.
            self.dir.chmod(0o711)
            self.env = {
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL": "C.UTF-8",
                "KRB5_CONFIG": str(self.dir / "krb5.conf"),
                "KRB5_KDC_PROFILE": str(self.dir / "kdc.conf"),
                "KRB5RCACHENAME": "none:",
                "KRB5CCNAME": f"FILE:{self.dir}/no-cache",
            }
            self.start_kdc()
            self.make_certificates()
            self.start_apache()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_):
        self.stack.close()

    def start(self, what, command, port):
        """Starts a server and stops it, and all it started, at the end."""
        log = self.dir / f"{what}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                [str(word) for word in command], env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        self.stack.callback(self.stop, process)
        wait_for(port, process, what, log)
        return process

    @staticmethod
    def stop(process):
        """Ends a server, gently first."""
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    # Kerberos

    def start_kdc(self):
        """A realm: users, a service, another service, and principals whose keys or tickets are of no use."""
        (self.dir / "krb5.conf").write_text(f"""\
[libdefaults]
default_realm = {REALM}
dns_lookup_realm = false
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
udp_preference_limit = 1
clockskew = {self.clockskew}
[realms]
{REALM} = {{
  kdc = 127.0.0.1:{self.kdc_port}
}}
[domain_realm]
localhost = {REALM}
127.0.0.1 = {REALM}
""")
        (self.dir / "kdc.conf").write_text(f"""\
[kdcdefaults]
kdc_listen = ""
kdc_tcp_listen = 127.0.0.1:{self.kdc_port}
[realms]
{REALM} = {{
  database_name = {self.dir}/principal
  key_stash_file = {self.dir}/stash
  acl_file = {self.dir}/kadm5.acl
  max_life = 1h
  supported_enctypes = aes256-cts:normal
}}
[logging]
kdc = FILE:{self.dir}/kdc.messages
""")
        run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master", env=self.env)
        for principal in (*self.users, "HTTP/localhost", "HTTP/elsewhere.example.test"):
            self.kadmin(f"addprinc -randkey {principal}")
        for user in self.users:
            self.kadmin(f"ktadd -k {self.dir}/{user.split('/', maxsplit=1)[0]}.keytab {user}")
        self.kadmin(f"ktadd -k {self.dir}/http.keytab HTTP/localhost")
        # The principal's name with another key: tickets for HTTP/localhost cannot be read with it.
        self.kadmin(f"ktadd -k {self.dir}/elsewhere.keytab HTTP/elsewhere.example.test")
        # A principal that is no more, and one whose key has changed since.
        for principal in ("gone", "stale"):
            self.kadmin(f"addprinc -randkey {principal}")
            self.kadmin(f"ktadd -k {self.dir}/{principal}.keytab {principal}")
        self.kadmin("delprinc -force gone")
        self.kadmin("cpw -randkey stale")
        # A principal whose tickets are soon over.
        self.kadmin("addprinc -randkey -maxlife 1second brief")
        self.kadmin(f"ktadd -k {self.dir}/brief.keytab brief")
        self.kdc = self.start("krb5kdc", ["krb5kdc", "-n", "-r", REALM], self.kdc_port)

    def kadmin(self, query):
        """One command of the realm's administrator."""
        run("kadmin.local", "-r", REALM, "-q", query, env=self.env)

    def kinit(self, cache, principal="kim", life="10m"):
        """A ticket cache of its own, in that file; answers its name."""
        cache = f"FILE:{self.dir}/{cache}"
        keytab = self.dir / f"{principal.split('/', maxsplit=1)[0]}.keytab"
        run("kinit", "-c", cache, "-k", "-t", keytab, "-l", life, principal, env=self.env)
        return cache

    # TLS

    def make_certificates(self):
        """An authority, the server's certificate, a user's, and one of a stranger's authority."""
        self.make_authority("ca")
        self.make_authority("stranger-ca")
        self.make_certificate("server", "localhost", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        self.make_certificate("releng", "releng", "ca", "extendedKeyUsage=clientAuth")
        self.make_certificate("stranger", "releng", "stranger-ca", "extendedKeyUsage=clientAuth")

    def make_authority(self, name):
        """A self-signed authority: NAME.crt and NAME.key."""
        run(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "2", "-subj", f"/CN=flr test {name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-keyout", self.dir / f"{name}.key", "-out", self.dir / f"{name}.crt"),
        )

    def make_certificate(self, name, common_name, authority, extension):
        """NAME.crt, NAME.key, and NAME.pem with both, as koji wants a user's."""
        extensions = self.dir / f"{name}.ext"
        extensions.write_text(f"basicConstraints=critical,CA:FALSE\n{extension}\n")
        run(
            *("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", f"/CN={common_name}", "-keyout", self.dir / f"{name}.key", "-out", self.dir / f"{name}.csr"),
        )
        run(
            *("openssl", "x509", "-req", "-days", "2", "-in", self.dir / f"{name}.csr", "-extfile", extensions),
            *("-CA", self.dir / f"{authority}.crt", "-CAkey", self.dir / f"{authority}.key", "-CAcreateserial"),
            *("-out", self.dir / f"{name}.crt"),
        )
        both = (self.dir / f"{name}.key").read_text() + (self.dir / f"{name}.crt").read_text()
        (self.dir / f"{name}.pem").write_text(both)
        (self.dir / f"{name}.pem").chmod(0o600)

    # Apache

    def start_apache(self):
        """One private Apache: a port for each way to log in, all in front of the backend."""
        (self.dir / "httpd.conf").write_text(self.apache_configuration())
        if os.geteuid() == 0:
            user = pwd.getpwnam("www-data")
            for keytab in ("http.keytab", "elsewhere.keytab"):
                os.chown(self.dir / keytab, user.pw_uid, user.pw_gid)
        (self.dir / "pages").mkdir(mode=0o755)
        (self.dir / f"pages{NEGOTIATION}").write_text("hello")
        command = ["apache2", "-D", "FOREGROUND", "-d", self.dir, "-f", self.dir / "httpd.conf"]
        self.start("apache2", command, self.gssapi_port)

    def apache_configuration(self):
        """The whole configuration; nothing of the system's is included."""
        modules = "mpm_event authn_core authz_core authz_user headers proxy proxy_http ssl auth_gssapi".split()
        load = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in modules)
        root = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
        everyone = f"""\
DocumentRoot {self.dir}/pages
SSLEngine on
SSLCertificateFile {self.dir}/server.crt
SSLCertificateKeyFile {self.dir}/server.key
RequestHeader unset {USER_HEADER} early
ProxyPass /kojihub http://127.0.0.1:{self.backend_port}/kojihub
"""

        def by_ticket(port, keytab="http.keytab", more=""):
            return f"""\
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
{everyone}
<LocationMatch "^(/kojihub/ssllogin|{NEGOTIATION})$">
  AuthType GSSAPI
  AuthName koji
  GssapiCredStore keytab:{self.dir}/{keytab}
  GssapiAllowedMech krb5
  GssapiLocalName Off
  Require valid-user
  RequestHeader set {USER_HEADER} "expr=%{{REMOTE_USER}}"
  Header set X-Logged-In "expr=%{{REMOTE_USER}}"
  {more}
</LocationMatch>
</VirtualHost>
"""

        forged = "Negotiate oRQwEqADCgEAoQsGCSqGSIb3EgECAg=="
        return f"""\
ServerRoot {self.dir}
ServerName localhost
PidFile {self.dir}/httpd.pid
DefaultRuntimeDir {self.dir}
ErrorLog {self.dir}/apache.errors
LogLevel info
{load}{root}
SSLSessionCache none
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
{by_ticket(self.gssapi_port)}
{by_ticket(self.wrong_key_port, keytab="elsewhere.keytab")}
{by_ticket(self.stripped_port, more="Header always unset WWW-Authenticate")}
{by_ticket(self.corrupt_port, more=f'Header always set WWW-Authenticate "{forged}"')}
Listen 127.0.0.1:{self.cert_port}
<VirtualHost 127.0.0.1:{self.cert_port}>
{everyone}
SSLCACertificateFile {self.dir}/ca.crt
# Asked for in the first handshake: a second one for this path alone is beyond rustls.
SSLVerifyClient optional
SSLVerifyDepth 1
<Location /kojihub/ssllogin>
  Require expr "%{{SSL_CLIENT_VERIFY}} == 'SUCCESS'"
  RequestHeader set {USER_HEADER} "%{{SSL_CLIENT_S_DN_CN}}s"
</Location>
</VirtualHost>
"""


def missing_programs():
    """The programs the rig needs and this machine lacks."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    programs = "krb5kdc kdb5_util kadmin.local kinit apache2 openssl".split()
    missing = [name for name in programs if not shutil.which(name, path=path)]
    if not os.path.exists(f"{MODULES}/mod_auth_gssapi.so"):
        missing.append("mod_auth_gssapi")
    return missing
