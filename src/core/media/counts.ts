/** What the media path counts, for metrics: of the process's whole life, no person in it. */
export interface MediaCounts {
  /** Sockets that were refused at the handshake, and those open now. */
  socketsRefused: number;
  socketsOpen: number;
  /** Sockets closed for what they sent: shape, order, token, budget. */
  socketsOffending: number;
  framesIn: number;
  /** Came while the gate was shut. */
  framesDropped: number;
  framesSealed: number;
  framesRepeated: number;
  /** Came after their place in time was passed. */
  framesLate: number;
  /** Of another track than the leg's own voice. */
  framesOtherTrack: number;
  recordingsStarted: number;
  recordingsEnded: number;
  /** Stopped because storage could not be written. */
  recordingsFailed: number;
  streamsRestarted: number;
}

export function mediaCounts(): MediaCounts {
  return {
    socketsRefused: 0,
    socketsOpen: 0,
    socketsOffending: 0,
    framesIn: 0,
    framesDropped: 0,
    framesSealed: 0,
    framesRepeated: 0,
    framesLate: 0,
    framesOtherTrack: 0,
    recordingsStarted: 0,
    recordingsEnded: 0,
    recordingsFailed: 0,
    streamsRestarted: 0,
  };
}
