import camera from "../../../drivers/camera.ts";
import { contract } from "../contract.ts";

export default contract({ thing: "camera", things: { camera: { definition: camera } } });
