package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/apache/rocketmq-client-go/v2/primitive"
)

var printing sync.Mutex

// printLine writes one JSON object per line on standard output: what the tests read.
func printLine(event string, facts map[string]any) {
	line := map[string]any{"event": event, "time": time.Now().UnixMilli()}
	for name, value := range facts {
		line[name] = value
	}
	text, err := json.Marshal(line)
	if err != nil {
		fatal(err)
	}
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(string(text))
}

func describe(message *primitive.MessageExt) map[string]any {
	return map[string]any{
		"topic":          message.Topic,
		"body":           string(message.Body),
		"tag":            message.GetTags(),
		"keys":           message.GetKeys(),
		"messageId":      message.MsgId,
		"queueId":        message.Queue.QueueId,
		"queueOffset":    message.QueueOffset,
		"reconsumeTimes": message.ReconsumeTimes,
		"bornTimestamp":  message.BornTimestamp,
		"storeTimestamp": message.StoreTimestamp,
		"properties":     message.GetProperties(),
	}
}
