package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.protocol.RemotingSerializable;
import org.apache.rocketmq.remoting.protocol.body.RegisterBrokerBody;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/** Bodies in Java's JSON, every field set. */
final class Bodies {
    private Bodies() {
    }

    static List<Object> samples() {
        List<Object> samples = new ArrayList<>();
        for (Class<?> body : BodyClasses.ALL) {
            samples.add(sample(body.getSimpleName(), new Filler().fill(body)));
        }
        return samples;
    }

    /** Of beans whose fields start with a value: what a body without these fields means. */
    static List<Object> defaults() {
        TopicConfig topic = new TopicConfig("t");
        SubscriptionGroupConfig group = new SubscriptionGroupConfig();
        group.setGroupName("g");
        return List.of(sample("TopicConfig", topic), sample("SubscriptionGroupConfig", group));
    }

    private static Object sample(String name, Object body) {
        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("class", name);
        sample.put("text", new String(RemotingSerializable.encode(body), StandardCharsets.UTF_8));
        return sample;
    }

    /** Ours, read by Apache and written again, is what Apache writes of the same values. */
    static void verify(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            report.check(each.getString("class"), () -> {
                byte[] text = each.getString("text").getBytes(StandardCharsets.UTF_8);
                Object body = RemotingSerializable.decode(text, BodyClasses.named(each.getString("class")));
                String again = new String(RemotingSerializable.encode(body), StandardCharsets.UTF_8);
                report.same(each.getString("class"), each.getString("apache"), again);
            });
        }
    }

    static List<Object> compressedRegistrations() {
        RegisterBrokerBody body = new Filler().fill(RegisterBrokerBody.class);
        // Only what the compressed form can carry.
        body.getTopicConfigSerializeWrapper().getTopicConfigTable().values().forEach(topic -> {
            topic.setOrder(false);
            topic.setTopicSysFlag(0);
        });
        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("text", new String(body.encode(), StandardCharsets.UTF_8));
        sample.put("hex", Hex.of(body.encode(true)));
        return List.of(sample);
    }

    static void verifyCompressedRegistrations(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            report.check("compressed registration", () -> {
                RegisterBrokerBody body = RegisterBrokerBody.decode(Hex.toBytes(each.getString("hex")), true, MQVersion.Version.V5_5_0);
                String topics = new String(RemotingSerializable.encode(body.getTopicConfigSerializeWrapper().getTopicConfigTable()), StandardCharsets.UTF_8);
                report.same("compressed registration", each.getString("topics"), topics);
            });
        }
    }
}
