import { Blob, blob, defineThing, now, sleep, Type } from "benchd/driver";
import { encodeJpeg } from "./camera/jpeg.ts";
import { testPicture } from "./camera/test-picture.ts";

const Side = (maximum: number) => Type.Integer({ minimum: 64, maximum });

/**
 * A camera that needs no hardware: it shows a moving test picture in shades of grey, with a number that counts its
 * frames, to try clients and the way to them on. It drives nothing. A real camera is a driver of its own: see its page.
 */
export default defineThing({
  title: "Camera (test picture)",
  description: "A simulated camera: a moving test picture in shades of grey, with a number that counts its frames",
  config: Type.Object({}),
  properties: {
    resolution: {
      title: "Size of the picture, in pixels",
      schema: Type.Object({ width: Side(640), height: Side(480) }, { default: { width: 320, height: 240 } }),
      concurrent: true,
      maxAgeMs: 0,
    },
    frame_rate: {
      title: "Frames a second",
      schema: Type.Number({ minimum: 0.1, maximum: 25, default: 5, unit: "/s" }),
      concurrent: true,
      maxAgeMs: 0,
    },
  },
  actions: {
    snapshot: {
      title: "Take one picture",
      output: Blob({ mediaType: "image/jpeg" }),
      safe: true,
    },
    grab_jpeg: {
      title: "Take one picture, as OpenFlexure does",
      description: "The same, by the name that OpenFlexure has for it.",
      input: Type.Object({ stream_name: Type.Enum(["main"], { default: "main" }) }),
      output: Blob({ mediaType: "image/jpeg" }),
      safe: true,
    },
  },
  streams: { mjpeg_stream: { title: "What the camera sees", contentType: "image/jpeg" } },

  async open() {
    let resolution = { width: 320, height: 240 };
    let frameRate = 5;
    let count = 0;
    const picture = () => encodeJpeg(testPicture(resolution.width, resolution.height, count++));
    const snapshot = () => blob(picture(), { mediaType: "image/jpeg", name: `picture-${count}.jpg` });

    return {
      read: { resolution: () => resolution, frame_rate: () => frameRate },
      write: {
        resolution(size) {
          resolution = size;
        },
        frame_rate(rate) {
          frameRate = rate;
        },
      },
      invoke: { snapshot, grab_jpeg: snapshot },
      stream: {
        async *mjpeg_stream() {
          for (;;) {
            const began = now();
            yield picture();
            await sleep(Math.max(0, began + 1000 / frameRate - now()));
          }
        },
      },
    };
  },
});
