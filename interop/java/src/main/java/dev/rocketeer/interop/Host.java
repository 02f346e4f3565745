package dev.rocketeer.interop;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;

/**
 * Many producers and consumers in one JVM (a start costs a second), told what to do over standard input: each line is
 * a JSON object with `id`, `role`, `call` and the call's facts, and is answered by a line with the same `id` and either
 * `result` or `refusal`. The call `open` makes a role of a `kind`; its answer may come behind lines of other calls.
 */
public final class Host {
    private final Map<String, Role> roles = new ConcurrentHashMap<>();
    private final ExecutorService calls = Executors.newCachedThreadPool();

    public static void main(String[] args) throws Exception {
        Host host = new Host();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        JsonLines.print("started", Map.of());
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JSONObject facts = JSON.parseObject(line);
            host.calls.execute(() -> host.answer(facts));
        }
        System.exit(0);
    }

    private void answer(JSONObject facts) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", facts.getLongValue("id"));
        try {
            answer.put("result", call(facts.getString("role"), facts));
        } catch (Throwable failure) {
            answer.put("refusal", refusal(failure));
        }
        JsonLines.print("answer", answer);
    }

    private Object call(String name, JSONObject facts) throws Exception {
        switch (facts.getString("call")) {
            case "open":
                roles.put(name, open(name, facts));
                return null;
            case "close":
                roles.remove(name).close();
                return null;
            default:
                return roles.get(name).call(facts.getString("call"), facts);
        }
    }

    private static Role open(String name, JSONObject facts) throws Exception {
        switch (facts.getString("kind")) {
            case "producer":
                return new ProducerRole(facts);
            case "push":
                return new PushRole(name, facts);
            case "litePull":
                return new LitePullRole(facts);
            case "pull":
                return new PullRole(facts);
            default:
                throw new IllegalArgumentException("kind " + facts.getString("kind"));
        }
    }

    private static Map<String, Object> refusal(Throwable failure) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("type", failure.getClass().getSimpleName());
        facts.put("reason", String.valueOf(failure.getMessage()));
        if (failure instanceof MQBrokerException) {
            facts.put("code", ((MQBrokerException) failure).getResponseCode());
        } else if (failure instanceof MQClientException) {
            facts.put("code", ((MQClientException) failure).getResponseCode());
        }
        return facts;
    }
}
