package dev.rocketeer.interop;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Apache's mqadmin, many commands in one JVM (a start costs seconds): each line of standard input is one command with
 * its arguments separated by tabs, an empty one asks for the list of commands; what the command printed comes back as
 * one JSON line. A command that runs for ever comes after "until" and a regular expression: once it has printed that, it
 * is interrupted.
 */
public final class Mqadmin {
    private Mqadmin() {
    }

    public static void main(String[] args) throws Exception {
        PrintStream real = System.out;
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        hurry();
        JsonLines.print("started", Map.of());
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
            System.setOut(capture);
            System.setErr(capture);
            forgetCommands();
            run(line.isEmpty() ? new String[0] : line.split("\t"), printed);
            capture.flush();
            System.setOut(real);
            JsonLines.print("printed", Map.of("output", printed.toString(StandardCharsets.UTF_8)));
        }
    }

    /** Some commands keep a client that their first run has shut down. */
    private static void forgetCommands() throws ReflectiveOperationException {
        for (Field field : MQAdminStartup.class.getDeclaredFields()) {
            // SUB_COMMANDS, and subCommandList up to 4.8.
            if (field.getType() == List.class) {
                field.setAccessible(true);
                ((List<?>) field.get(null)).clear();
            }
        }
    }

    private static void run(String[] command, ByteArrayOutputStream printed) throws InterruptedException {
        if (command.length == 0 || !command[0].equals("until")) {
            MQAdminStartup.main(command);
            return;
        }
        Pattern enough = Pattern.compile(command[1]);
        Thread endless = new Thread(() -> MQAdminStartup.main(Arrays.copyOfRange(command, 2, command.length)));
        endless.start();
        while (endless.isAlive() && !enough.matcher(printed.toString(StandardCharsets.UTF_8)).find()) {
            endless.join(50);
        }
        endless.interrupt();
        endless.join();
    }

    /**
     * A client that stops waits for its NettyEventExecutor, which looks every 3 s whether it is to stop, unless an event
     * happens to wake it: half of all commands would take that long.
     */
    private static void hurry() {
        Thread hurrying = new Thread(() -> {
            while (true) {
                LockSupport.parkNanos(50_000_000);
                Map<Thread, StackTraceElement[]> threads = Thread.getAllStackTraces();
                if (threads.values().stream().flatMap(Arrays::stream).noneMatch(Mqadmin::stopsService)) {
                    continue;
                }
                threads.keySet().stream()
                    .filter(thread -> thread.getName().startsWith("NettyEventExecutor"))
                    .forEach(Thread::interrupt);
            }
        });
        hurrying.setDaemon(true);
        hurrying.start();
    }

    private static boolean stopsService(StackTraceElement frame) {
        return frame.getClassName().endsWith(".ServiceThread") && frame.getMethodName().equals("shutdown");
    }
}
