using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Positions;
using Engine.Grains;
using Engine.Grains.Ids;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Sla.Policies;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;
using NodaTime;

namespace Engine.Api.Services;

/// <summary>
/// What became of promises, and what would have become of others.
/// </summary>
/// <remarks>
/// The past is read from the journal, not asked of conversations' actors: a dry run over twenty thousand of them would wake
/// them all, and push those that are at work out of memory. They are taken a batch at a time, so that memory stays small
/// however many there are, and few dry runs run at once, since each keeps the store busy; who gives up stops it.
/// </remarks>
internal sealed class SlaQuestions(IConversationHistories histories, IListings listings, IGrainFactory grains, ListBarrier barrier, EngineClock clock)
    : IDisposable
{
    private const int LimitDefault = 5_000;
    private const int BatchMax = 256;
    private const int ReadsAtOnce = 16;
    private const int DryRunsAtOnce = 2;
    private const int RulesPerRead = 256;

    private readonly SemaphoreSlim _dryRuns = new(DryRunsAtOnce);

    /// <summary>Tells how a conversation's deadlines came about.</summary>
    /// <exception cref="RejectedException">CONVERSATION_NOT_FOUND.</exception>
    public async Task<SlaExplanation> ExplainAsync(string workspace, string conversation, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // All of it: what took effect before may have been written later, after a silo was away.
        var history = await histories.ReadAsync(workspace, ConversationId.Parse(conversation).Value, Instant.MaxValue, cancellationToken)
            ?? throw Refuse.NotFound(Reasons.ConversationNotFound, "There is no such conversation.");
        var calendars = await ReadCalendarsAsync(workspace, history.Events, cancellationToken);
        return SlaExplainer.Explain(history.Events, at.ToInstant(), SlaCatalog.Empty.Knowing([], calendars));
    }

    /// <summary>Lets past conversations pass under proposed rules.</summary>
    public async Task<SlaDryRun> DryRunAsync(DryRunSlaRequest request, ServerCallContext context)
    {
        var decision = SlaCatalog.Empty.With(request.Policies, request.Calendars);
        if (decision.IsRejected) throw Refuse.Because(decision.Rejection);
        var workspace = Principal.Of(context).Workspace;
        var cancellationToken = context.CancellationToken;
        await barrier.WaitAsync("", context);
        await _dryRuns.WaitAsync(cancellationToken);
        try
        {
            return await DryRunAsync(workspace, request, decision.Change, cancellationToken);
        }
        finally
        {
            _dryRuns.Release();
        }
    }

    /// <summary>Tells how promises were kept.</summary>
    public async Task<SlaReport> ReportAsync(GetSlaReportRequest request, ServerCallContext context)
    {
        await barrier.WaitAsync("", context);
        var figures = await listings.ReportSlaAsync(
            Principal.Of(context).Workspace,
            request.StartTime.ToDateTimeOffset(),
            request.EndTime.ToDateTimeOffset(),
            request.Queue.Length > 0 ? request.Queue["queues/".Length..] : null,
            context.CancellationToken);
        var report = new SlaReport
        {
            Calibration = new ExpectationCalibration
            {
                AnswerCount = figures.Promises.Answers,
                BeforeLikelyCount = figures.Promises.BeforeLikely,
                BeforeLatestCount = figures.Promises.BeforeLatest,
                RevisedCount = figures.Promises.Revised,
                BeforeRevisedCount = figures.Promises.BeforeRevised,
            },
        };
        foreach (var figure in figures.Outcomes.GroupBy(static f => (f.Policy, f.Metric))) report.Lines.Add(LineOf(figure.Key, figure));
        return report;
    }

    public void Dispose() => _dryRuns.Dispose();

    private async Task<SlaDryRun> DryRunAsync(string workspace, DryRunSlaRequest request, SlaCatalog proposed, CancellationToken cancellationToken)
    {
        var (from, to) = (request.StartTime.ToDateTimeOffset(), request.EndTime.ToDateTimeOffset());
        var left = request.Limit > 0 ? request.Limit : LimitDefault;
        // One instant for all: what is open is open as of then.
        var until = clock.UtcNow.ToInstant();
        var sum = new SlaDryRunSum();
        for (CreatedRow? after = null; left > 0;)
        {
            var rows = await listings.ListCreatedAsync(workspace, from, to, after, Math.Min(left, BatchMax), cancellationToken);
            if (rows.Count == 0) break;
            var read = new SlaHistory?[rows.Count];
            await Parallel.ForAsync(
                0,
                rows.Count,
                new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
                async (i, token) => read[i] = (await histories.ReadAsync(workspace, rows[i].Id, until, token))?.Passed);
            sum.Add(SlaRehearsal.Run(read.OfType<SlaHistory>(), proposed));
            cancellationToken.ThrowIfCancellationRequested();
            left -= rows.Count;
            after = rows[^1];
        }

        return sum.Total();
    }

    private async Task<List<BusinessCalendar>> ReadCalendarsAsync(string workspace, IEnumerable<SlaEvent> events, CancellationToken cancellationToken)
    {
        var named = events.Where(static e => e.RulesChanged?.To is { Calendar.Length: > 0 })
            .Select(static e => (e.RulesChanged.To.Calendar, e.RulesChanged.To.CalendarVersion)).Distinct();
        var calendars = new List<BusinessCalendar>();
        foreach (var some in named.Chunk(RulesPerRead))
        {
            var request = new ReadRulesRequest();
            request.Rules.AddRange(some.Select(static c => new SlaRules { Calendar = c.Calendar, CalendarVersion = c.CalendarVersion }));
            var reply = await grains.Catalog(workspace).ReadRulesAsync(request).WaitAsync(cancellationToken);
            calendars.AddRange(reply.Calendars.Select(BusinessCalendar.Create).Where(static c => !c.IsRejected).Select(static c => c.Change!));
        }

        return calendars;
    }

    private static SlaReportLine LineOf((string Policy, int Metric) key, IEnumerable<SlaFigure> figures)
    {
        var line = new SlaReportLine { Policy = key.Policy, Metric = (SlaMetric)key.Metric };
        foreach (var figure in figures)
        {
            switch ((SlaNoticeKind)figure.Kind)
            {
                case SlaNoticeKind.Met: line.MetCount = figure.Count; break;
                case SlaNoticeKind.MetLate: line.MetLateCount = figure.Count; break;
                case SlaNoticeKind.Breached: line.BreachedCount = figure.Count; break;
                case SlaNoticeKind.AtRisk: line.AtRiskCount = figure.Count; break;
                case SlaNoticeKind.Cancelled: line.CancelledCount = figure.Count; break;
            }
        }

        var decided = line.MetCount + line.BreachedCount;
        line.Attained = decided > 0 ? (double)line.MetCount / decided : 0;
        return line;
    }
}
