"""Serves the repositories below a folder through git http-backend: prints the port, and ends with its input.

With a token in the environment nobody is let in without, what lies below /moved/ is redirected, and a file "leaked" says which
process had the token among its arguments while it was asked."""
import base64, glob, http.server, os, subprocess, sys, threading

ROOT = sys.argv[1]
TOKEN = os.environ.pop("GIT_TEST_TOKEN", "").encode()
SECRET = base64.b64encode(b"x-access-token:" + TOKEN)


def arguments(process):
    try:
        with open(process, "rb") as file:
            return file.read()
    except OSError:
        return b""


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        if TOKEN:
            for process in glob.glob("/proc/[0-9]*/cmdline"):
                if TOKEN in arguments(process) or SECRET in arguments(process):
                    open(os.path.join(ROOT, "leaked"), "a").write(process)
            with open(os.path.join(ROOT, "paths"), "a") as paths:
                paths.write(path + "\n")
            if path.startswith("/moved/"):
                return self.end(301, ("Location", f"http://127.0.0.1:{server.server_port}/" + self.path[len("/moved/"):]))
            if self.headers.get("Authorization", "").encode() != b"Basic " + SECRET:
                return self.end(401, ("WWW-Authenticate", 'Basic realm="forge"'))
        environment = dict(
            os.environ, GIT_PROJECT_ROOT=ROOT, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query, REMOTE_USER="ada",
            REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)),
            HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""), GIT_PROTOCOL=self.headers.get("Git-Protocol", ""),
            REMOTE_ADDR="127.0.0.1", GATEWAY_INTERFACE="CGI/1.1", HTTP_AUTHORIZATION="Basic c2VjcmV0")
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, stdout=subprocess.PIPE)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((value for name, value in fields if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end(self, status, header):
        self.send_response(status)
        self.send_header(*header)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
