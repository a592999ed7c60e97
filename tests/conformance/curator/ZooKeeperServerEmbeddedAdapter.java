package org.apache.curator.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;

/**
 * Takes the place of the class of the same name in curator-test, the one through which all of its servers and clusters are started
 * when ZooKeeper is 3.7 or newer. Here they are processes of their own instead of objects in the JVM of the tests. Written from what
 * its only caller, TestingZooKeeperServer, asks of it; it holds none of Curator's text.
 *
 * <p>The environment variable BRANTA_SERVER_COMMAND names a program that is started as {@code COMMAND -Dflag… zoo.cfg}, must
 * serve until SIGTERM, and then end. Tests that reach into the server's objects find none.
 */
public class ZooKeeperServerEmbeddedAdapter implements ZooKeeperMainFace {

    /** How long a server may take to start or to end, in milliseconds. */
    private static final int LIMIT_MS = 60000;

    /** Properties that a test sets for the server it believes to share a JVM with. */
    private static final String[] SERVER_PROPERTIES = {"zookeeper.", "znode.", "jute.", "readonlymode.", "snapshot.", "fsync."};

    private Process server;
    private int port;

    @Override
    public void start(QuorumPeerConfigBuilder instance) {
        try {
            Properties settings = instance.buildProperties();
            port = Integer.parseInt(settings.getProperty("clientPort"));
            if (port == 0) {
                port = freePort();
            }
            settings.setProperty("clientPort", Integer.toString(port));
            settings.setProperty("admin.enableServer", "false");
            settings.setProperty("4lw.commands.whitelist", "*");
            // What tests switch on in the JVM they believe to share.
            settings.putIfAbsent("reconfigEnabled", Boolean.toString(QuorumPeerConfig.isReconfigEnabled()));
            start(settings);
        } catch (Exception failure) {
            close();
            throw new FailedServerStartException(failure);
        }
    }

    private void start(Properties settings) throws IOException, InterruptedException {
        String command = System.getenv("BRANTA_SERVER_COMMAND");
        if (command == null) {
            throw new IOException("could not start a server: BRANTA_SERVER_COMMAND must name the program that does it");
        }
        Path config = Files.createTempFile("zoo", ".cfg");
        try (Writer out = Files.newBufferedWriter(config)) {
            settings.store(out, null);
        }
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
        Process process = builder.redirectOutput(Redirect.appendTo(log.toFile())).start();
        server = process;
        // A JVM that is ended from outside leaves no server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));

        // A member of an ensemble serves when enough of the others have been started, too, which is done one after the other.
        boolean alone = settings.stringPropertyNames().stream().noneMatch(name -> name.startsWith("server."));
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MS);
        while (!answers(alone)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("the server at port " + port + " did not start");
            }
            Thread.sleep(50);
        }
    }

    /** Whether the server takes connections and, if it is to serve already, does so. */
    private boolean answers(boolean serving) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            if (!serving) {
                return true;
            }
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("stat".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).startsWith("Zookeeper version:");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public int getClientPort() {
        return port;
    }

    /** Ends the server as a crash of its process does. */
    @Override
    public void kill() {
        if (server != null) {
            end(server.destroyForcibly());
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.destroy();
            end(server);
        }
    }

    private void end(Process process) {
        server = null;
        // Tests interrupt their threads; a server must not outlive the test for that.
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(LIMIT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException("the server at port " + port + " did not end after SIGTERM");
            }
        } catch (InterruptedException again) {
            process.destroyForcibly();
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
