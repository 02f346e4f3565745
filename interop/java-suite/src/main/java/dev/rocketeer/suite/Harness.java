package dev.rocketeer.suite;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The program that started this one owns the servers: asked by a JSON line on standard output to start or stop one, it
 * answers with a JSON line on standard input when that is done.
 */
public final class Harness {
    private static final BufferedReader ANSWERS =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private Harness() {
    }

    /** Starts a nameserver and returns its port. */
    public static int startNameserver() {
        return ask("start-nameserver", Map.of()).getIntValue("port");
    }

    /** Starts a broker with these lines of broker.conf, on the store it had if the name ran before; returns its port. */
    static int startBroker(String name, Map<String, String> properties) {
        return ask("start-broker", Map.of("name", name, "properties", properties)).getIntValue("port");
    }

    static void stopBroker(String name) {
        ask("stop-broker", Map.of("name", name));
    }

    private static synchronized JSONObject ask(String what, Map<String, Object> facts) {
        Map<String, Object> request = new LinkedHashMap<>(facts);
        request.put("what", what);
        JsonLines.print("ask", request);
        try {
            JSONObject answer = JSON.parseObject(ANSWERS.readLine());
            if (answer.containsKey("failure")) {
                throw new IllegalStateException(answer.getString("failure"));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
