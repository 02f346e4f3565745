package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageId;

/** Java properties and message ids. */
final class Texts {
    private Texts() {
    }

    static List<Object> properties() throws Exception {
        Properties written = new Properties();
        written.setProperty("a key", " value with space in front");
        written.setProperty("path", "C:\\store\\log");
        written.setProperty("text", "é 优 \t\n=:#!");
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        written.store(stored, "comment");
        List<String> texts = List.of(
            "brokerName=broker-a\nbrokerId = 0\r\n# comment\n! comment\n\n  indented : value\nbare\nkey value = with equals\n",
            "twice=1\ntwice=2\n", "continued=a,\\\n   b,\\\n   c\nnot=continued\\\\\nlast=x\\", "unicode=\\u4f18\\u60e0 \\t tab\\q\n",
            "trailing=space  \nempty=\n=nokey\n:also\n", "k\\ e\\=y=v\\:w\n", stored.toString(StandardCharsets.ISO_8859_1).replaceAll("(?m)^#.*\\R", ""));
        List<Object> samples = new ArrayList<>();
        for (String text : texts) {
            Map<String, Object> sample = new LinkedHashMap<>();
            sample.put("text", text);
            sample.put("values", sorted(MixAll.string2Properties(text)));
            samples.add(sample);
        }
        return samples;
    }

    static void verifyProperties(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            report.same("properties " + i, new TreeMap<>(each.getJSONObject("values")), sorted(MixAll.string2Properties(each.getString("text"))));
        }
    }

    static List<Object> messageIds() throws Exception {
        List<Object> samples = new ArrayList<>();
        for (String address : List.of("10.1.2.3", "2001:db8:0:1:0:0:0:7f")) {
            Map<String, Object> sample = new LinkedHashMap<>();
            sample.put("address", address);
            sample.put("port", 10911);
            sample.put("offset", 7_000_000_000L);
            sample.put("id", MessageDecoder.createMessageId(new InetSocketAddress(InetAddress.getByName(address), 10911), 7_000_000_000L));
            samples.add(sample);
        }
        return samples;
    }

    static void verifyMessageIds(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            report.check("message id " + i, () -> {
                MessageId id = MessageDecoder.decodeMessageId(each.getString("id"));
                InetAddress address = InetAddress.getByName(each.getString("address"));
                report.same("message id address", new InetSocketAddress(address, each.getIntValue("port")), id.getAddress());
                report.same("message id offset", each.getLongValue("offset"), id.getOffset());
            });
        }
    }

    static void verifyClientMessageIds(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            report.check("client message id " + i, () -> {
                String id = each.getString("id");
                byte[] address = InetAddress.getByName(each.getString("address")).getAddress();
                report.same("client message id address", Hex.of(address), Hex.of(MessageClientIDSetter.getIPFromID(id)));
                report.same("client message id pid", each.getIntValue("processId"), MessageClientIDSetter.getPidFromID(id));
                report.same("client message id time", each.getLongValue("time"), MessageClientIDSetter.getNearlyTimeFromID(id).getTime());
            });
        }
    }

    private static Map<String, Object> sorted(Properties properties) {
        Map<String, Object> map = new TreeMap<>();
        properties.forEach((name, value) -> map.put(String.valueOf(name), value));
        return map;
    }
}
