package dev.rocketeer.interop;

import com.alibaba.fastjson2.JSONObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.common.message.MessageExt;

/** The pull consumer of old, which says itself what it pulls. */
@SuppressWarnings("deprecation")
final class PullRole implements Role {
    private final DefaultMQPullConsumer consumer;

    PullRole(JSONObject facts) throws Exception {
        consumer = new DefaultMQPullConsumer(facts.getString("group"));
        consumer.setNamesrvAddr(facts.getString("nameservers"));
        consumer.setRegisterTopics(Collections.singleton(facts.getString("topic")));
        consumer.start();
    }

    @Override
    public Object call(String name, JSONObject facts) throws Exception {
        String expression = facts.getString("expression");
        long offset = facts.getLongValue("offset");
        switch (name) {
            case "pull":
                return describe(consumer.pull(Role.queue(facts), expression, offset, facts.getIntValue("max")));
            case "pullBlockIfNotFound":
                return describe(
                    consumer.pullBlockIfNotFound(Role.queue(facts), expression, offset, facts.getIntValue("max")));
            case "fetchSubscribeMessageQueues":
                return consumer.fetchSubscribeMessageQueues(facts.getString("topic")).stream()
                    .sorted().map(Role::describe).collect(Collectors.toList());
            default:
                throw Role.unknown(name);
        }
    }

    @Override
    public void close() {
        consumer.shutdown();
    }

    private static Map<String, Object> describe(PullResult result) {
        List<MessageExt> found = result.getMsgFoundList() == null ? List.of() : result.getMsgFoundList();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("status", result.getPullStatus().name());
        facts.put("nextBeginOffset", result.getNextBeginOffset());
        facts.put("minOffset", result.getMinOffset());
        facts.put("maxOffset", result.getMaxOffset());
        facts.put("messages", found.stream().map(JsonLines::describe).collect(Collectors.toList()));
        return facts;
    }
}
