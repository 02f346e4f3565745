package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code Golden write FILE}: what Apache's classes encode, for the tests of packages/protocol.
 * {@code Golden verify FILE}: reads what ours encoded (see ours.mjs) with Apache's classes; exit code 1 when one differs.
 * {@code Golden client NAMESERVER TOPIC}: sends and consumes a few messages, to be recorded on the way (see capture.mjs).
 */
public final class Golden {
    private Golden() {
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "write":
                write(Path.of(args[1]));
                break;
            case "verify":
                System.exit(verify(Path.of(args[1])) ? 0 : 1);
                break;
            case "client":
                LiveClient.run(args[1], args[2]);
                System.exit(0);
                break;
            default:
                throw new IllegalArgumentException(args[0]);
        }
    }

    private static void write(Path file) throws Exception {
        Map<String, Object> golden = new LinkedHashMap<>();
        golden.put("apache", "5.5.0");
        golden.put("frames", Frames.samples());
        golden.put("records", Records.samples());
        golden.put("batches", Batches.samples());
        golden.put("bodies", Bodies.samples());
        golden.put("bodyDefaults", Bodies.defaults());
        golden.put("compressedRegistrations", Bodies.compressedRegistrations());
        golden.put("traces", Traces.samples());
        golden.put("properties", Texts.properties());
        golden.put("messageIds", Texts.messageIds());
        Files.writeString(file, JSON.toJSONString(golden, JSONWriter.Feature.PrettyFormat) + "\n");
    }

    private static boolean verify(Path file) throws Exception {
        JSONObject ours = JSON.parseObject(Files.readString(file, StandardCharsets.UTF_8));
        Report report = new Report();
        Frames.verify(ours.getJSONArray("frames"), report);
        Records.verify(ours.getJSONArray("records"), report);
        Batches.verify(ours.getJSONArray("batches"), report);
        Bodies.verify(ours.getJSONArray("bodies"), report);
        Bodies.verifyCompressedRegistrations(ours.getJSONArray("compressedRegistrations"), report);
        Traces.verify(ours.getJSONArray("traces"), report);
        Texts.verifyProperties(ours.getJSONArray("properties"), report);
        Texts.verifyMessageIds(ours.getJSONArray("messageIds"), report);
        Texts.verifyClientMessageIds(ours.getJSONArray("clientMessageIds"), report);
        return report.print();
    }
}
