using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using Engine.Silo.Tests.Processes;
using Engine.V1;

namespace Engine.Silo.Tests;

/// <summary>
/// Whether an acknowledged message is on the disk cannot be seen by killing a process, since the operating system keeps what
/// the process wrote. It can be seen in the system calls: request in, sync of the journal, reply out.
/// </summary>
public sealed partial class DurabilityTraceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Journal_is_synced_between_a_request_and_its_reply()
    {
        var trace = _directory.File("trace");
        try
        {
            await Command.RunAsync("strace", ["--version"], Limits.Patience);
        }
        catch (Win32Exception)
        {
            Assert.Fail("strace is not installed; .ci/run installs it (apt-get install strace).");
        }

        string[] sent;
        await using (var engine = await EngineProcess.StartAsync(_directory.File("data"), wrapper:
        [
            "strace", "--follow-forks", "--decode-fds=path", "--absolute-timestamps=format:unix,precision:us", "--string-limit=4096",
            "--trace=recvmsg,recvfrom,read,readv,sendmsg,sendto,write,writev,fsync,fdatasync", "--output", trace,
        ]))
        {
            using var api = EngineApi.Of(engine);
            var customer = await api.Customers.CreateCustomerAsync(new CreateCustomerRequest { RequestId = EngineApi.NewId(), Customer = new Customer() });
            var started = await api.Conversations.StartConversationAsync(new StartConversationRequest
            {
                RequestId = EngineApi.NewId(), Customer = customer.Name, Channel = "web",
            });
            sent = [.. Enumerable.Range(1, 5).Select(number => $"marked-message-{number}-{Guid.NewGuid():N}")];
            foreach (var text in sent)
            {
                await api.Conversations.SendMessageAsync(new SendMessageRequest
                {
                    RequestId = EngineApi.NewId(), Conversation = started.Conversation.Name, Content = new Content { Text = text },
                });
            }

            // The tracer writes a call when it returns, which is after its bytes were sent. What is sent next on the connection shows that
            // the last reply's was written.
            await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
            await engine.KillAsync();
        }

        var calls = ReadTrace(trace);
        foreach (var text in sent)
        {
            // The reply holds the message, so its text shows in both directions.
            var request = calls.First(call => call.IsRead && call.Text.Contains(text, StringComparison.Ordinal));
            var reply = calls.First(call => call.IsSend && call.Text.Contains(text, StringComparison.Ordinal) && call.Began > request.Began);
            Assert.Contains(calls, call => call.IsJournalSync && call.Began >= request.Began && call.Ended <= reply.Began);
        }
    }

    // Lines of the threads alternate: a call that another thread's interrupts is "unfinished", and later "resumed".
    private static List<SystemCall> ReadTrace(string file)
    {
        var calls = new List<SystemCall>();
        var unfinished = new Dictionary<string, (double Began, string Text)>();
        foreach (var line in File.ReadLines(file))
        {
            var parts = Line().Match(line);
            if (!parts.Success)
                continue;
            var thread = parts.Groups["thread"].Value;
            var time = double.Parse(parts.Groups["time"].Value, CultureInfo.InvariantCulture);
            var text = parts.Groups["text"].Value;
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                unfinished[thread] = (time, text);
            else if (text.StartsWith("<...", StringComparison.Ordinal) && unfinished.Remove(thread, out var begun))
                calls.Add(new SystemCall(begun.Began, time, begun.Text + text));
            else
                calls.Add(new SystemCall(time, time, text));
        }

        return [.. calls.OrderBy(call => call.Began)];
    }

    private sealed record SystemCall(double Began, double Ended, string Text)
    {
        public bool IsRead => Text.StartsWith("re", StringComparison.Ordinal);

        public bool IsSend => Text.StartsWith("send", StringComparison.Ordinal) || Text.StartsWith("write", StringComparison.Ordinal);

        public bool IsJournalSync => JournalSync().IsMatch(Text);
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(?<time>\d+\.\d+) (?<text>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^f(data)?sync\(\d+<[^>]*/journal\.db(-wal)?>.*= 0$")]
    private static partial Regex JournalSync();
}
