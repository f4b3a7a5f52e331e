import type { RecordingAbout } from "./about.ts";

/** A file that is being written. Each rejects with `StorageError` where that cannot be. */
export interface GrowingFile {
  /** Bytes at a place; what was there from an attempt that has failed is written over. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Nothing more comes. Never rejects. */
  close(): Promise<void>;
}

/** One that an earlier process has left. */
export interface FoundRecording {
  readonly about: RecordingAbout;
  readonly bytes: number;
}

/** Where the bytes of recordings are. */
export interface RecordingShelf {
  /** What is there from before, the oldest first. */
  survey(): Promise<readonly FoundRecording[]>;
  /** One that is new; nothing happens on the disk before it is written to. */
  create(id: string): GrowingFile;
  /** What is told of it from now on. */
  describe(about: RecordingAbout): Promise<void>;
  /** Bytes of one that has so many; undefined when it is gone. */
  read(id: string, bytes: number): Promise<RecordingBytes | undefined>;
  /** Cut what is behind so many bytes. */
  truncate(id: string, bytes: number): Promise<void>;
  /** What is written behind the last of its lines. */
  append(id: string, at: number, text: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** How much is free where they are; bytes. */
  free(): Promise<number>;
}

export interface RecordingBytes {
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
