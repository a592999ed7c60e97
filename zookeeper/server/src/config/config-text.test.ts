import { expect, test } from "vitest";

import { withDynamicConfigFile } from "./config-text.ts";

const TEXT = `# our ensemble
tickTime=2000
clientPort=2181
server.1=alpha:2888:3888
server.2=beta:\\
  2888:3888
weight.1=2
# keep this
dataDir=/data
`;

test("the members of an ensemble move to a file of their own, and everything else stays", () => {
  expect(withDynamicConfigFile(TEXT, "/conf/zoo.cfg.dynamic.100000000", false)).toBe(
    `# our ensemble
tickTime=2000
clientPort=2181
# keep this
dataDir=/data
dynamicConfigFile=/conf/zoo.cfg.dynamic.100000000
`,
  );
});

test("a client port in the server's line is not given twice", () => {
  const text = withDynamicConfigFile("clientPort=2181\nclientPortAddress=0.0.0.0\ndataDir=/data", "/c", true);
  expect(text).toBe("dataDir=/data\ndynamicConfigFile=/c\n");
});

test("a later file takes the place of an earlier one", () => {
  const text = withDynamicConfigFile("dynamicConfigFile=/conf/zoo.cfg.dynamic.1\ndataDir=/data\n", "/conf/new", true);
  expect(text).toBe("dataDir=/data\ndynamicConfigFile=/conf/new\n");
});
