using System.Globalization;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Policies;
using Engine.V1;
using NodaTime;
using Calendar = Engine.V1.Calendar;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>The hours and policies of an example, and how they change under way.</summary>
internal sealed class BusinessWorld(Calendar? calendar, IEnumerable<SlaPolicy> policies)
{
    private static readonly string[] Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    private readonly List<SlaPolicy> _policies = [.. policies.Select(p => p.Clone())];
    private Calendar? _calendar = calendar?.Clone();

    public SlaCatalog Catalog(SlaCatalog before)
    {
        var made = before.With(_policies.Select(p => p.Clone()), _calendar is null ? [] : [_calendar.Clone()]);
        Assert.False(made.IsRejected, made.Rejection?.ToString());
        return made.Change!;
    }

    /// <summary>change promise first 2h; change hours Mon-Fri 08:00-20:00; change remove standard; change add NAME first 1h.</summary>
    public void Change(string[] words)
    {
        switch (words[1])
        {
            case "hours":
                _calendar = _calendar!.Clone();
                _calendar.Version++;
                _calendar.WeeklyHours.Clear();
                AddHours(_calendar, words[2..]);
                break;
            case "promise":
                var policy = _policies[0];
                policy.Version++;
                foreach (var old in policy.Targets.Where(t => SlaScript.NameOf(t.Metric) == words[2]).ToList()) policy.Targets.Remove(old);
                AddPromise(policy, words[2..]);
                break;
            case "remove":
                _policies.RemoveAll(p => p.Name == "slaPolicies/" + words[2]);
                break;
            case "add":
                var added = new SlaPolicy { Name = "slaPolicies/" + words[2], Version = 1, Calendar = _calendar?.Name ?? "" };
                AddPromise(added, words[3..]);
                _policies.Add(added);
                break;
            default: throw new FormatException(string.Join(' ', words));
        }
    }

    /// <summary>Mon-Fri 09:00-12:00 13:00-17:00.</summary>
    public static void AddHours(Calendar calendar, string[] words)
    {
        if (words.Length == 0) return;
        var ends = words[0].Split('-');
        var first = Array.IndexOf(Days, ends[0]);
        var last = Array.IndexOf(Days, ends[^1]);
        foreach (var times in words[1..])
        {
            var hours = new WeeklyHours { StartTime = times.Split('-')[0], EndTime = times.Split('-')[1] };
            for (var day = first; day <= last; day++) hours.Days.Add((Weekday)(day + 1));
            calendar.WeeklyHours.Add(hours);
        }
    }

    /// <summary>first 1h30m [calendar] [risk 50] [pause snoozed].</summary>
    public static void AddPromise(SlaPolicy policy, string[] words)
    {
        var target = new SlaTarget
        {
            Metric = SlaMetrics.All.Single(m => SlaScript.NameOf(m) == words[0]),
            Target = Length(words[1]).ToProto(),
        };
        for (var i = 2; i < words.Length; i++)
        {
            switch (words[i])
            {
                case "calendar": target.TimeBase = SlaTimeBase.Calendar; break;
                case "risk": target.AtRiskPercent = int.Parse(words[++i], CultureInfo.InvariantCulture); break;
                case "pause": target.PauseStatuses.Add(Enum.Parse<ConversationStatus>(words[++i], ignoreCase: true)); break;
                default: throw new FormatException(words[i]);
            }
        }

        policy.Targets.Add(target);
    }

    private static Duration Length(string text)
    {
        var (total, number) = (Duration.Zero, 0);
        foreach (var c in text)
        {
            if (char.IsDigit(c))
            {
                number = number * 10 + (c - '0');
                continue;
            }

            total += c switch
            {
                'd' => Duration.FromDays(number),
                'h' => Duration.FromHours(number),
                'm' => Duration.FromMinutes(number),
                _ => throw new FormatException(text),
            };
            number = 0;
        }

        return total;
    }
}
