/** The Trefoil SDK: everything a page needs for calls and chats, without a DOM of its own. */
export { Call } from "./call.js";
export { Chat } from "./chat.js";
export { Client } from "./client.js";
export { Connection } from "./connection.js";
export { MicrophoneError, TrefoilError } from "./errors.js";
export { LevelMeter } from "./level.js";
export { fillIn, greeting } from "./fill-in.js";
export { keptFile } from "./kept-file.js";
export { Leg } from "./media.js";
export { Microphone } from "./microphone.js";
export { quickReplies } from "./quick-replies.js";
export { Upload } from "./upload.js";
export { UploadStore } from "./upload-store.js";
export { transcript, writtenIn } from "./transcript.js";
