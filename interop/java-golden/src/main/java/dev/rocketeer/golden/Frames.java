package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.common.TopicFilterType;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.CommandCustomHeader;
import org.apache.rocketmq.remoting.protocol.LanguageCode;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.SerializeType;
import org.apache.rocketmq.remoting.protocol.header.CreateTopicRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;

/** One request and one response of every command that has header fields, in both serializations. */
final class Frames {
    private Frames() {
    }

    static List<Object> samples() throws Exception {
        List<Object> samples = new ArrayList<>();
        int opaque = 1;
        for (HeaderClasses.Row row : HeaderClasses.ROWS) {
            for (SerializeType type : SerializeType.values()) {
                if (row.request != null) {
                    samples.add(sample(row, row.request, false, type, opaque++));
                }
                if (row.response != null) {
                    samples.add(sample(row, row.response, true, type, opaque++));
                }
            }
        }
        return samples;
    }

    private static Object sample(HeaderClasses.Row row, Class<? extends CommandCustomHeader> header, boolean response,
        SerializeType type, int opaque) throws Exception {
        RemotingCommand command = RemotingCommand.createRequestCommand(row.code, filled(header));
        command.setOpaque(opaque);
        command.setLanguage(LanguageCode.JAVA);
        command.setVersion(513);
        command.setSerializeTypeCurrentRPC(type);
        if (response) {
            command.setCode(0);
            command.markResponseType();
            command.setRemark("répondu");
        } else {
            command.setBody("body".getBytes(StandardCharsets.UTF_8));
        }
        ByteBuffer frame = command.encode();
        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("command", row.name);
        sample.put("header", header.getSimpleName());
        sample.put("response", response);
        sample.put("serialization", type.name());
        sample.put("opaque", opaque);
        sample.put("hex", Hex.of(frame));
        // Fast-path headers leave the map of fields empty while encoding: read the frame back to know them.
        frame.getInt();
        RemotingCommand decoded = RemotingCommand.decode(frame);
        sample.put("fields", decoded.getExtFields() == null ? Map.of() : new TreeMap<>(decoded.getExtFields()));
        return sample;
    }

    /** Two headers accept chosen values only. */
    private static CommandCustomHeader filled(Class<? extends CommandCustomHeader> header) {
        CommandCustomHeader filled = new Filler().fill(header);
        if (filled instanceof EndTransactionRequestHeader) {
            ((EndTransactionRequestHeader) filled).setCommitOrRollback(MessageSysFlag.TRANSACTION_COMMIT_TYPE);
        }
        if (filled instanceof CreateTopicRequestHeader) {
            ((CreateTopicRequestHeader) filled).setTopicFilterType(TopicFilterType.MULTI_TAG.name());
        }
        return filled;
    }

    /** Ours, read by Apache: the same fields, and its header class accepts them. */
    static void verify(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            String what = each.getString("command") + " " + each.getString("header") + " " + each.getString("serialization");
            report.check(what, () -> {
                ByteBuffer frame = ByteBuffer.wrap(Hex.toBytes(each.getString("hex")));
                report.same(what + " length", frame.remaining() - 4, frame.getInt());
                RemotingCommand command = RemotingCommand.decode(frame);
                report.same(what + " code", each.getIntValue("code"), command.getCode());
                report.same(what + " opaque", each.getIntValue("opaque"), command.getOpaque());
                report.same(what + " flag", each.getIntValue("flag"), command.getFlag());
                report.same(what + " language", LanguageCode.NODE_JS, command.getLanguage());
                report.same(what + " remark", each.getString("remark"), command.getRemark());
                report.same(what + " body", each.getString("body"), command.getBody() == null ? "" : Hex.of(command.getBody()));
                report.same(what + " fields", strings(each.getJSONObject("fields")), new TreeMap<>(command.getExtFields()));
                Class<? extends CommandCustomHeader> header = HeaderClasses.named(each.getString("header"));
                report.same(what + " header", header, command.decodeCommandCustomHeader(header).getClass());
            });
        }
    }

    private static Map<String, String> strings(JSONObject object) {
        Map<String, String> map = new TreeMap<>();
        object.forEach((name, value) -> map.put(name, String.valueOf(value)));
        return map;
    }
}
