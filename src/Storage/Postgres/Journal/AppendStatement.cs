using Npgsql;
using NpgsqlTypes;

namespace Engine.Storage.Postgres.Journal;

/// <summary>The prepared statements of one writer's connection, with lists that are filled anew for every batch.</summary>
internal sealed class AppendStatement : IDisposable
{
    private readonly Columns _firsts = new();
    private readonly Columns _followers = new();
    private readonly List<bool> _follows = [];
    private readonly List<int> _first = [];
    private readonly NpgsqlCommand _append;
    private readonly NpgsqlCommand _appendChains;

    public AppendStatement(NpgsqlConnection connection, string silo, long epoch)
    {
        _append = Command(PostgresJournalSql.Append);
        _appendChains = Command(PostgresJournalSql.AppendChains);
        _followers.AddTo(_appendChains);
        Add(_appendChains, NpgsqlDbType.Integer, _first);

        NpgsqlCommand Command(string sql)
        {
            var command = new NpgsqlCommand(sql, connection);
            _firsts.AddTo(command);
            Add(command, NpgsqlDbType.Boolean, _follows);
            command.Parameters.Add(new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = silo });
            command.Parameters.Add(new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = epoch });
            return command;
        }
    }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _append.PrepareAsync(cancellationToken);
        await _appendChains.PrepareAsync(cancellationToken);
    }

    /// <summary>Writes a batch sorted by stream, chain and version.</summary>
    /// <param name="committed">By place: the transaction that wrote it, or 0.</param>
    public async Task ExecuteAsync(List<PendingAppend> batch, object session, long[] committed)
    {
        Fill(batch, session);
        var command = _followers.Count == 0 ? _append : _appendChains;
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) committed[row.GetInt32(0) - 1] = row.GetInt64(1);
    }

    public void Dispose()
    {
        _append.Dispose();
        _appendChains.Dispose();
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, List<T> values) =>
        command.Parameters.Add(new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });

    private void Fill(List<PendingAppend> batch, object session)
    {
        _firsts.Clear();
        _followers.Clear();
        _follows.Clear();
        _first.Clear();
        PostgresStreamAppender? chain = null;
        var first = 0;
        for (var place = 0; place < batch.Count; place++)
        {
            var append = batch[place];
            append.Place = place + 1;
            if (append.Chain != chain)
            {
                chain = append.Chain;
                first = append.Place;
                _firsts.Add(append);
                _follows.Add(append.Version == 1 || ReferenceEquals(chain.CommittedOn, session));
            }
            else
            {
                _followers.Add(append);
                _first.Add(first);
            }
        }
    }

    private sealed class Columns
    {
        private readonly List<string> _streams = [];
        private readonly List<long> _versions = [];
        private readonly List<short> _lanes = [];
        private readonly List<ReadOnlyMemory<byte>> _payloads = [];
        private readonly List<int> _places = [];

        public int Count => _streams.Count;

        public void AddTo(NpgsqlCommand command)
        {
            AppendStatement.Add(command, NpgsqlDbType.Text, _streams);
            AppendStatement.Add(command, NpgsqlDbType.Bigint, _versions);
            AppendStatement.Add(command, NpgsqlDbType.Smallint, _lanes);
            AppendStatement.Add(command, NpgsqlDbType.Bytea, _payloads);
            AppendStatement.Add(command, NpgsqlDbType.Integer, _places);
        }

        public void Add(PendingAppend append)
        {
            _streams.Add(append.Chain.Stream);
            _versions.Add(append.Version);
            _lanes.Add(append.Chain.Lane);
            _payloads.Add(append.Payload);
            _places.Add(append.Place);
        }

        public void Clear()
        {
            _streams.Clear();
            _versions.Clear();
            _lanes.Clear();
            _payloads.Clear();
            _places.Clear();
        }
    }
}
