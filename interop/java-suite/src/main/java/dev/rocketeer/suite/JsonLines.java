package dev.rocketeer.suite;

import com.alibaba.fastjson2.JSON;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** One JSON object per line on standard output: what the tests in TypeScript read. */
final class JsonLines {
    // The tests may print whatever they like, also to a stream they set themselves.
    private static final PrintStream OUTPUT = System.out;

    private JsonLines() {
    }

    static void print(String event, Map<String, Object> facts) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put("time", System.currentTimeMillis());
        line.putAll(facts);
        String text = JSON.toJSONString(line);
        synchronized (OUTPUT) {
            OUTPUT.println(text);
            OUTPUT.flush();
        }
    }
}
