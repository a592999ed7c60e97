package org.apache.zookeeper.test;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.zookeeper.TestableZooKeeper;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZKTestCase;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the place of the class of the same name in Apache's test jar, so that tests written for a server inside their own JVM run
 * against a server in a process of its own. Written from the members that the tests use; it holds none of Apache's text.
 *
 * <p>The environment variable BRANTA_SERVER_COMMAND names a program that is started as {@code COMMAND -Dflag… zoo.cfg}, must
 * serve until SIGTERM, and then end. Tests that reach into the server's objects find none: {@link #serverFactory} stays null.
 */
public abstract class ClientBase extends ZKTestCase {

    protected static final Logger LOG = LoggerFactory.getLogger(ClientBase.class);

    /** How long a test waits for a connection or a server, in milliseconds. Some tests write to it. */
    public static int CONNECTION_TIMEOUT = 30000;

    /** Tick of the server inside a JVM that this one stands in for; session timeouts follow from it. */
    private static final int TICK_TIME_MS = 3000;

    /** Properties that a test sets for the server it believes to share a JVM with. */
    private static final String[] SERVER_PROPERTIES = {
        "zookeeper.", "znode.", "jute.", "readonlymode.", "java.security.auth.login.config", "snapshot.", "fsync.",
    };

    protected String hostPort = "127.0.0.1:" + org.apache.zookeeper.PortAssignment.unique();
    protected int maxCnxns = 0;
    protected ServerCnxnFactory serverFactory = null;
    protected File tmpDir = null;
    protected boolean exceptionOnFailedConnect = false;

    private final List<ZooKeeper> clients = new ArrayList<>();
    private Process server;

    /** A watcher that knows what the session last said about its connection. */
    public static class CountdownWatcher implements Watcher {

        volatile CountDownLatch clientConnected;
        volatile boolean connected;
        volatile boolean syncConnected;
        volatile boolean readOnlyConnected;

        public CountdownWatcher() {
            reset();
        }

        public synchronized void reset() {
            clientConnected = new CountDownLatch(1);
            set(null);
        }

        private void set(Event.KeeperState state) {
            syncConnected = state == Event.KeeperState.SyncConnected;
            readOnlyConnected = state == Event.KeeperState.ConnectedReadOnly;
            connected = syncConnected || readOnlyConnected;
        }

        @Override
        public synchronized void process(WatchedEvent event) {
            set(event.getState());
            if (connected) {
                clientConnected.countDown();
            }
            notifyAll();
        }

        public synchronized boolean isConnected() {
            return connected;
        }

        public void waitForConnected(long timeoutMs) throws InterruptedException, TimeoutException {
            await("connected", () -> connected, timeoutMs);
        }

        public void waitForSyncConnected(long timeoutMs) throws InterruptedException, TimeoutException {
            await("connected for reading and writing", () -> syncConnected, timeoutMs);
        }

        public void waitForReadOnlyConnected(long timeoutMs) throws InterruptedException, TimeoutException {
            await("connected read-only", () -> readOnlyConnected, timeoutMs);
        }

        public void waitForDisconnected(long timeoutMs) throws InterruptedException, TimeoutException {
            await("disconnected", () -> !connected, timeoutMs);
        }

        private synchronized void await(String wanted, BooleanSupplier reached, long timeoutMs)
            throws InterruptedException, TimeoutException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            while (!reached.getAsBoolean()) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (leftMs <= 0) {
                    throw new TimeoutException("session is not " + wanted + " after " + timeoutMs + " ms");
                }
                wait(leftMs);
            }
        }
    }

    /** One entry of a connection string. */
    public static class HostPort {

        String host;
        int port;

        public HostPort(String host, int port) {
            this.host = host;
            this.port = port;
        }
    }

    // By way of the next one: tests that want a watcher of their own override that.
    protected TestableZooKeeper createClient() throws IOException, InterruptedException {
        return createClient(hostPort);
    }

    protected TestableZooKeeper createClient(String servers) throws IOException, InterruptedException {
        return createClient(new CountdownWatcher(), servers, CONNECTION_TIMEOUT);
    }

    protected TestableZooKeeper createClient(CountdownWatcher watcher) throws IOException, InterruptedException {
        return createClient(watcher, hostPort, CONNECTION_TIMEOUT);
    }

    protected TestableZooKeeper createClient(String servers, int timeoutMs) throws IOException, InterruptedException {
        return createClient(new CountdownWatcher(), servers, timeoutMs);
    }

    protected TestableZooKeeper createClient(CountdownWatcher watcher, String servers)
        throws IOException, InterruptedException {
        return createClient(watcher, servers, CONNECTION_TIMEOUT);
    }

    protected TestableZooKeeper createClient(CountdownWatcher watcher, String servers, int timeoutMs)
        throws IOException, InterruptedException {
        watcher.reset();
        TestableZooKeeper client = new TestableZooKeeper(servers, timeoutMs, watcher);
        if (!watcher.clientConnected.await(timeoutMs, TimeUnit.MILLISECONDS)) {
            client.close();
            String message = "no session with \"" + servers + "\" within " + timeoutMs + " ms";
            if (exceptionOnFailedConnect) {
                throw new ProtocolException(message);
            }
            Assertions.fail(message);
        }
        synchronized (clients) {
            clients.add(client);
        }
        return client;
    }

    public static ZooKeeper createZKClient(String servers) throws Exception {
        return createZKClient(servers, CONNECTION_TIMEOUT);
    }

    public static ZooKeeper createZKClient(String servers, int sessionTimeoutMs) throws IOException {
        return createZKClient(servers, sessionTimeoutMs, CONNECTION_TIMEOUT);
    }

    public static ZooKeeper createZKClient(String servers, int sessionTimeoutMs, long connectTimeoutMs) throws IOException {
        return createZKClient(servers, sessionTimeoutMs, connectTimeoutMs, new ZKClientConfig());
    }

    public static ZooKeeper createZKClient(String servers, int sessionTimeoutMs, long connectTimeoutMs, ZKClientConfig config)
        throws IOException {
        CountdownWatcher watcher = new CountdownWatcher();
        ZooKeeper client = new ZooKeeper(servers, sessionTimeoutMs, watcher, config);
        try {
            watcher.waitForConnected(connectTimeoutMs);
        } catch (InterruptedException | TimeoutException failure) {
            Assertions.fail("no session with \"" + servers + "\"", failure);
        }
        return client;
    }

    public static List<HostPort> parseHostPortList(String servers) {
        List<HostPort> list = new ArrayList<>();
        for (String entry : servers.split(",")) {
            int colon = entry.lastIndexOf(':');
            list.add(new HostPort(entry.substring(0, colon), Integer.parseInt(entry.substring(colon + 1))));
        }
        return list;
    }

    public static boolean waitForServerUp(String servers, long timeoutMs) {
        return waitFor(timeoutMs, () -> serves(servers));
    }

    public static boolean waitForServerUp(String servers, long timeoutMs, boolean secure) {
        return waitForServerUp(servers, timeoutMs);
    }

    public static boolean waitForServerUp(String servers, long timeoutMs, boolean secure, ZKConfig config) {
        return waitForServerUp(servers, timeoutMs);
    }

    public static boolean waitForServerDown(String servers, long timeoutMs) {
        HostPort server = parseHostPortList(servers).get(0);
        return waitFor(timeoutMs, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(server.host, server.port), 1000);
                return false;
            } catch (IOException refused) {
                return true;
            }
        });
    }

    public static boolean waitForServerDown(String servers, long timeoutMs, boolean secure) {
        return waitForServerDown(servers, timeoutMs);
    }

    private static boolean waitFor(long timeoutMs, BooleanSupplier reached) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** A word that is off the whitelist is still answered by a server that serves; while one starts it says that it does not. */
    private static boolean serves(String servers) {
        HostPort server = parseHostPortList(servers).get(0);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host, server.port), 1000);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("stat".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return answer.startsWith("Zookeeper version:") || answer.contains("is not executed because");
        } catch (IOException notYet) {
            return false;
        }
    }

    public static File createEmptyTestDir() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(testBaseDir.toPath()), "data").toFile();
    }

    public static File createTmpDir() throws IOException {
        File folder = createEmptyTestDir();
        createInitializeFile(folder);
        return folder;
    }

    public static void createInitializeFile(File folder) throws IOException {
        Path marker = folder.toPath().resolve("initialize");
        if (!Files.exists(marker)) {
            Files.createFile(marker);
        }
    }

    public static boolean recursiveDelete(File folder) {
        try (Stream<Path> paths = Files.walk(folder.toPath())) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException gone) {
            return !folder.exists();
        }
        return !folder.exists();
    }

    public static void setupTestEnv() {
        // 100 KB: a test's log is small, and there are hundreds of them.
        System.setProperty("zookeeper.preAllocSize", "100");
    }

    protected void setUpAll() throws Exception {
        synchronized (clients) {
            clients.clear();
        }
    }

    @BeforeEach
    public void setUp() throws Exception {
        setUpWithServerId(1);
    }

    protected void setUpWithServerId(int serverId) throws Exception {
        setupTestEnv();
        setupCustomizedEnv();
        setUpAll();
        tmpDir = createTmpDir();
        startServer();
    }

    public void setupCustomizedEnv() {
    }

    public void cleanUpCustomizedEnv() {
    }

    protected void startServer() throws Exception {
        String command = System.getenv("BRANTA_SERVER_COMMAND");
        Assertions.assertNotNull(command, "BRANTA_SERVER_COMMAND must name the program that starts a server");
        HostPort address = parseHostPortList(hostPort).get(0);
        Path config = tmpDir.toPath().resolve("branta-zoo.cfg");
        Files.writeString(config, String.join("\n",
            "dataDir=" + tmpDir,
            "clientPort=" + address.port,
            "tickTime=" + TICK_TIME_MS,
            "maxClientCnxns=" + maxCnxns,
            "admin.enableServer=false",
            ""));

        List<String> line = new ArrayList<>();
        line.add(command);
        for (String name : System.getProperties().stringPropertyNames()) {
            for (String prefix : SERVER_PROPERTIES) {
                if (name.startsWith(prefix)) {
                    line.add("-D" + name + "=" + System.getProperty(name));
                }
            }
        }
        line.add(config.toString());
        Path log = Path.of(System.getProperty("branta.server.log", "/dev/null"));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        server = builder.redirectOutput(Redirect.appendTo(log.toFile())).start();
        // A JVM that is ended from outside leaves no server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        if (!waitFor(CONNECTION_TIMEOUT, () -> !server.isAlive() || serves(hostPort)) || !server.isAlive()) {
            stopServer();
            Assertions.fail("the server at \"" + hostPort + "\" did not start");
        }
    }

    protected void stopServer() throws Exception {
        if (server == null) {
            return;
        }
        server.destroy();
        if (!server.waitFor(CONNECTION_TIMEOUT, TimeUnit.MILLISECONDS)) {
            server.destroyForcibly().waitFor();
            server = null;
            Assertions.fail("the server at \"" + hostPort + "\" did not end after SIGTERM");
        }
        server = null;
    }

    protected void tearDownAll() throws Exception {
        List<ZooKeeper> open;
        synchronized (clients) {
            open = new ArrayList<>(clients);
            clients.clear();
        }
        for (ZooKeeper client : open) {
            client.close();
        }
    }

    @AfterEach
    public void tearDown() throws Exception {
        tearDownAll();
        stopServer();
        if (tmpDir != null) {
            recursiveDelete(tmpDir);
        }
        cleanUpCustomizedEnv();
    }

    protected static String getHexSessionId(long sessionId) {
        return String.format("0x%x", sessionId);
    }

    static void verifyThreadTerminated(Thread thread, long timeoutMs) throws InterruptedException {
        thread.join(timeoutMs);
        Assertions.assertFalse(thread.isAlive(), () -> "thread " + thread.getName() + " has not ended within " + timeoutMs + " ms");
    }

    public static void logAllStackTraces() {
        Thread.getAllStackTraces().forEach((thread, frames) -> LOG.error("{}: {}", thread.getName(), List.of(frames)));
    }
}
