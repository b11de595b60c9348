// One keep-alive connection to a server: sends a request as bytes, reads the reply by its length.
// node:http's own client costs more than the servers that are measured.
import { connect } from 'node:net';

export class Connection {
  #socket;
  #text = '';
  #waiting = null;

  /** @param origin http://host:port */
  static open(origin) {
    const { hostname, port } = new URL(origin);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
      socket.once('error', reject);
    });
  }

  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#take(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Resolves to {status, body}. One request at a time. */
  send(request) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request, 'latin1');
    });
  }

  close() {
    this.#socket.destroy();
  }

  #take(text) {
    this.#text += text;
    const border = this.#text.indexOf('\r\n\r\n');
    if (border < 0) return;
    const length = /content-length: (\d+)/i.exec(this.#text)?.[1];
    const end = border + 4 + Number(length ?? 0);
    if (this.#text.length < end) return;
    const reply = {
      status: Number(this.#text.slice(9, 12)),
      body: this.#text.slice(border + 4, end),
    };
    this.#text = this.#text.slice(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(reply);
  }

  #fail(error) {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}
