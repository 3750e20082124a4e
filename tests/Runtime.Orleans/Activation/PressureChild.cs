using System.Diagnostics;
using System.Globalization;
using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.Activations;

namespace Engine.Runtime.Orleans.Tests.Activation;

/// <summary>A process with a small heap, and a silo in it that is asked for more grains than fit.</summary>
internal static class PressureChild
{
    public const string Name = "pressure";

    private const int Grains = 4000;
    private const int GrainBytes = 64 << 10;
    private const int HeapBytes = 64 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    public static async Task<(int ExitCode, string Output)> RunAsync(bool sheds)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PressureChild).Assembly.Location, Name, sheds ? "sheds" : "keeps"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapBytes.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync();
        var errors = child.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await child.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        return (child.ExitCode, $"{await output}\n{await errors}");
    }

    public static async Task<int> MainAsync(bool sheds)
    {
        var memory = new WatchedMemory();
        await using var silo = await TestSilo.Start(builder =>
        {
            builder.Services.AddSingleton<IMemoryUse>(memory);
            builder.Configure<GrainCollectionOptions>(options =>
            {
                options.EnableActivationSheddingOnMemoryPressure = sheds;
                options.MemoryUsagePollingPeriod = TimeSpan.FromMilliseconds(20);
            });
        });
        var answered = 0;
        try
        {
            for (var number = 0; number < Grains; number++)
            {
                if (await silo.Grains.GetGrain<IHeavyGrain>(number).Hold(GrainBytes) == number)
                    answered++;

                // Faster than memory is looked at, no rule could help.
                if (sheds && number % 20 == 19)
                    await memory.LookedAtTwice();
            }
        }
        catch (OutOfMemoryException)
        {
            Console.WriteLine($"Out of memory after {answered}.");
            return 3;
        }

        Console.WriteLine($"{answered} grains answered, {HeavyGrain.ShedCount} ended for want of memory.");
        return answered == Grains && HeavyGrain.ShedCount > 0 ? 0 : 4;
    }

    /// <summary>The real memory, and how often it was looked at.</summary>
    private sealed class WatchedMemory : IMemoryUse
    {
        private readonly ProcessMemoryUse _real = new();
        private long _looks;

        public double Percent
        {
            get
            {
                Interlocked.Increment(ref _looks);
                return _real.Percent;
            }
        }

        /// <summary>Completes when what the first look found has been acted on, for then came the second.</summary>
        public Task LookedAtTwice()
        {
            var before = Volatile.Read(ref _looks);
            return Deadline.Until(() => Volatile.Read(ref _looks) >= before + 2, "memory is looked at");
        }
    }
}
