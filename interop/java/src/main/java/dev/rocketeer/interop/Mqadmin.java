package dev.rocketeer.interop;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Apache's mqadmin, many commands in one JVM (a start costs seconds): each line of standard input is one command with
 * its arguments separated by tabs; what the command printed comes back as one JSON line.
 */
public final class Mqadmin {
    private Mqadmin() {
    }

    public static void main(String[] args) throws Exception {
        PrintStream real = System.out;
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        JsonLines.print("started", Map.of());
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
            System.setOut(capture);
            System.setErr(capture);
            MQAdminStartup.main(line.split("\t"));
            capture.flush();
            System.setOut(real);
            JsonLines.print("printed", Map.of("output", printed.toString(StandardCharsets.UTF_8)));
        }
    }
}
