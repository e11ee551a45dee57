import "./schema";
