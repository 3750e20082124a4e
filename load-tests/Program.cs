using Engine.LoadTests.Bench;
using Engine.LoadTests.Chaos;
using Engine.LoadTests.Chaos.Reminders;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Deadlines;
using Engine.LoadTests.Echo;
using Engine.LoadTests.Growth;
using Engine.LoadTests.Replay;
using Engine.LoadTests.Routing.Durable;
using Engine.LoadTests.Runtime.Bench;
using Engine.LoadTests.Runtime.Probing;
using Engine.LoadTests.Runtime.Soak;
using Engine.LoadTests.Scaling;
using Engine.LoadTests.Shift;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The first Ctrl-C lets the command stop the processes it started; the second ends this one at once.
    if (interrupted.IsCancellationRequested) return;
    e.Cancel = true;
    interrupted.Cancel();
};

var app = new CommandLineApp(
    [
        ReplayCommand.Describe(), ShiftCommand.Describe(), ChaosCommand.Describe(), RemindersCommand.Describe(), ClockCommand.Describe(),
        DeadlinesCommand.Describe(), ScalingCommand.Describe(), BenchCommand.Describe(), GrowthCommand.Describe(), DurableRoutingCommand.Describe(), RuntimeBenchCommand.Describe(),
        SoakCommand.Describe(), EchoServerCommand.Describe(), RuntimeHostCommand.Describe(),
    ],
    Console.Out,
    Console.Error);
return await app.RunAsync(args, interrupted.Token);
