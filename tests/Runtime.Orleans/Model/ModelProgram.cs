using System.Globalization;
using System.Text;

namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>
/// Some grains, calls and the order in which a driver sends calls and opens gates; all of it follows from a seed.
/// A program cannot deadlock by itself: calls go to grains with a higher number, or back into the chain where that is let
/// in. The exception are doomed calls, which must time out.
/// </summary>
internal sealed class ModelProgram
{
    private const int DepthMax = 3;
    private readonly Random _random;
    private int _gates;

    private ModelProgram(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        var count = _random.Next(1, 5);
        for (var grain = 0; grain < count; grain++)
        {
            var mayEnd = Chance(30);
            Grains.Add(new GrainSpec((GrainKind)(_random.Next(5) switch { 0 => 1, 1 => 2, _ => 0 }), mayEnd, mayEnd && Chance(50) ? _gates++ : -1));
        }

        var roots = _random.Next(2, 9);
        for (var root = 0; root < roots; root++)
            Roots.Add(Add(_random.Next(count), RootKind(), -1, -1, []));
        AddActions();
    }

    private ModelProgram(ModelProgram larger, IEnumerable<int> roots, IEnumerable<ModelAction> actions)
    {
        Seed = larger.Seed;
        _random = larger._random;
        _gates = larger._gates;
        Grains = larger.Grains;
        Calls = larger.Calls;
        Roots = [.. roots];
        Actions = [.. actions];
    }

    public int Seed { get; }

    public List<GrainSpec> Grains { get; } = [];

    public List<CallSpec> Calls { get; } = [];

    public List<int> Roots { get; } = [];

    public List<ModelAction> Actions { get; } = [];

    public int GateCount => _gates;

    public static ModelProgram Create(int seed) => new(seed);

    /// <summary>The program without one of its actions, or without one of the first calls.</summary>
    public IEnumerable<ModelProgram> Smaller()
    {
        foreach (var root in Roots.Where(_ => Roots.Count > 1))
        {
            yield return new ModelProgram(this, Roots.Where(kept => kept != root), Actions.Where(action =>
                action.Kind is ActionKind.Open or ActionKind.Tick || action.Argument != root));
        }

        foreach (var action in Actions.Where(static action => action.Kind is ActionKind.Open or ActionKind.Tick))
            yield return new ModelProgram(this, Roots, Actions.Where(kept => kept != action));
    }

    public override string ToString()
    {
        var text = new StringBuilder("seed ").Append(Seed);
        for (var grain = 0; grain < Grains.Count; grain++)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  grain {grain}: {Grains[grain]}");
        var shown = new Queue<int>(Roots);
        while (shown.TryDequeue(out var id))
        {
            var call = Calls[id];
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  {call}: {string.Join(", ", call.Steps.Select(static step => step.Argument < 0 ? $"{step.Kind}" : $"{step.Kind} {step.Argument}"))}");
            foreach (var step in call.Steps.Where(static step => step.Kind is StepKind.Call or StepKind.Fork or StepKind.Timer))
                shown.Enqueue(step.Argument);
        }

        return text.AppendLine().Append("  ")
            .AppendJoin("; ", Actions.Select(static action => $"{action.Kind} {action.Argument}{(action.Settles ? " settles" : "")}"))
            .ToString();
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private CallKind RootKind() => _random.Next(10) switch
    {
        < 4 => CallKind.Write,
        < 6 => CallKind.Read,
        6 => CallKind.Interleave,
        7 => CallKind.Nudge,
        _ => CallKind.Cancellable,
    };

    private int Add(int grain, CallKind kind, int parent, int chain, List<(int Grain, bool Blocks, bool Open)> ancestors)
    {
        var call = new CallSpec(Calls.Count, grain, kind, parent, chain, Throws: Chance(15));
        Calls.Add(call);
        var isTick = call.IsTick;
        var isLeaf = isTick || kind == CallKind.Nudge || ancestors.Any(ancestor => ancestor.Grain >= grain) || ancestors.Count >= DepthMax;
        var open = false;
        for (var step = _random.Next(1, 5); step > 0; step--)
        {
            switch (_random.Next(12))
            {
                case < 4:
                    call.Steps.Add(new ModelStep(StepKind.Gate, _gates++));
                    break;
                case 4:
                    call.Steps.Add(new ModelStep(StepKind.Yield));
                    break;
                case 5 when Grains[grain].MayEnd && !isTick:
                    call.Steps.Add(new ModelStep(StepKind.End));
                    break;
                case 6 when !isTick && kind != CallKind.Nudge:
                    call.Steps.Add(new ModelStep(StepKind.Timer, Add(grain, Chance(30) ? CallKind.InterleavingTick : CallKind.Tick, call.Id, -1, [])));
                    break;
                case 7 or 8 when !isLeaf && !open:
                    open = true;
                    call.Steps.Add(new ModelStep(StepKind.Section));
                    break;
                case > 5 when !isLeaf:
                    AddChild(call, open, [.. ancestors, (grain, !call.AlwaysInterleaves, open)]);
                    break;
            }
        }

        return call.Id;
    }

    private void AddChild(CallSpec call, bool open, List<(int Grain, bool Blocks, bool Open)> chainOf)
    {
        var chain = call.Chain >= 0 ? call.Chain : open ? call.Id : -1;
        var step = Chance(40) ? StepKind.Fork : StepKind.Call;
        if (Chance(35))
        {
            var (grain, blocks, isOpen) = chainOf[_random.Next(chainOf.Count)];
            if (AddBackCall(call, step, grain, blocks, isOpen, chain, chainOf))
                return;
        }

        if (call.Grain + 1 >= Grains.Count)
            return;
        var kind = _random.Next(8) switch { < 4 => CallKind.Write, < 6 => CallKind.Read, 6 => CallKind.Interleave, _ => CallKind.Nudge };
        call.Steps.Add(new ModelStep(step, Add(_random.Next(call.Grain + 1, Grains.Count), kind, call.Id, chain, chainOf)));
    }

    private bool AddBackCall(
        CallSpec call, StepKind step, int grain, bool blocks, bool isOpen, int chain, List<(int Grain, bool Blocks, bool Open)> chainOf)
    {
        var spec = Grains[grain];
        CallKind? kind = (spec.MayEnd, spec.Kind) switch
        {
            (true, _) => null,
            (_, GrainKind.Reentrant) => Chance(50) ? CallKind.Write : CallKind.Read,
            _ when isOpen && Chance(80) => CallKind.Write,
            (_, GrainKind.Plain) when chain < 0 && blocks && Chance(30) => CallKind.Doomed,
            _ => CallKind.Interleave,
        };
        if (kind is not { } allowed)
            return false;
        call.Steps.Add(new ModelStep(step, Add(grain, allowed, call.Id, chain, chainOf)));
        return true;
    }

    private void AddActions()
    {
        // Some gates stay shut until all else has happened.
        var middle = Enumerable.Range(0, _gates).Where(_ => Chance(85)).Select(static gate => (ActionKind.Open, gate))
            .Concat(Enumerable.Range(0, _random.Next(0, 4)).Select(static _ => (ActionKind.Tick, -1)))
            .Concat(Roots.Where(root => Calls[root].Kind == CallKind.Cancellable && Chance(60)).Select(static root => (ActionKind.Cancel, root)))
            .ToArray();
        _random.Shuffle(middle);
        var next = 0;
        var sent = 0;
        while (sent < Roots.Count || next < middle.Length)
        {
            var settles = Chance(50);
            if (sent < Roots.Count && (next == middle.Length || Chance(60)))
                Actions.Add(new ModelAction(Chance(25) ? ActionKind.Burst : ActionKind.Send, Roots[sent++], settles));
            else
                Actions.Add(new ModelAction(middle[next].Item1, middle[next++].Item2, settles));
        }
    }
}
