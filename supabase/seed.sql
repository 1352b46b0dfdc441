-- Demo data for demo@runglass.local. Does nothing when it is already there, or when there is no such user and
-- this is not a database of `supabase start`, where the user is made here (password: runglass-demo).

do $$
declare
  v_user uuid;
begin
  select id into v_user from auth.users where email = 'demo@runglass.local';
  if v_user is null and to_regclass('auth.identities') is not null and to_regprocedure('extensions.crypt(text,text)') is not null then
    v_user := gen_random_uuid();
    execute $sql$
      insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, created_at, updated_at,
        raw_app_meta_data, raw_user_meta_data, confirmation_token, recovery_token, email_change_token_new, email_change)
      values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', 'demo@runglass.local',
        extensions.crypt('runglass-demo', extensions.gen_salt('bf')), now(), now(), now(),
        '{"provider": "email", "providers": ["email"]}', '{}', '', '', '', '')$sql$ using v_user;
    execute $sql$
      insert into auth.identities (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
      values (gen_random_uuid(), $1, $1::text, 'email',
        jsonb_build_object('sub', $1::text, 'email', 'demo@runglass.local', 'email_verified', true), now(), now(), now())$sql$ using v_user;
  end if;
end $$;

do $$
declare
  v_user constant uuid := (select id from auth.users where email = 'demo@runglass.local');
  v_today constant date := (now() at time zone 'utc')::date;
  v_gpu_minutes constant numeric := 1200;
  v_used numeric;
  -- Ids are made from the user's, so that seeding again finds its rows.
begin
  if v_user is null or exists (select from public.projects where user_id = v_user and id = md5(v_user || 'project 1')::uuid) then
    return;
  end if;
  perform public.sync_lock(array[v_user]);

  insert into public.projects (id, user_id, name, description, status, color, created_at)
  select md5(v_user || 'project ' || p.n)::uuid, v_user, p.name, p.description, p.status, p.color, now() - p.age * interval '1 day'
  from (values
    (1, 'Support assistant', 'Answers customers from the help centre.', 'active', '#3b82f6', 61),
    (2, 'Document search', 'Embeddings and reranking for contracts.', 'active', '#10b981', 47),
    (3, 'Speech notes', 'Meeting transcripts on device.', 'paused', '#f59e0b', 90)
  ) as p (n, name, description, status, color, age);

  insert into public.subscriptions (id, user_id, plan, status, price_cents, currency, billing_interval,
    current_period_start, current_period_end, limits, upgrade_url)
  values (md5(v_user || 'subscription')::uuid, v_user, 'Pro', 'active', 4900, 'USD', 'month',
    (v_today - 17)::timestamp at time zone 'utc', (v_today + 13)::timestamp at time zone 'utc',
    -- Hard limits that a training run after the other (examples/train.mjs) takes hours to reach.
    jsonb_build_object(
      'tokens', '{"limit": 200000000, "unit": "tokens", "hard": true}'::jsonb,
      'requests', '{"limit": 200000, "unit": "requests", "hard": true}'::jsonb,
      'gpu_minutes', jsonb_build_object('limit', v_gpu_minutes, 'unit', 'min', 'hard', true),
      'storage_bytes', '{"limit": 50000000000, "unit": "bytes", "hard": false}'::jsonb,
      'training_runs', '{"limit": null, "unit": "runs"}'::jsonb),
    'https://example.com/upgrade');

  create temporary table runglass_seed_runs on commit drop as
  select md5(v_user || 'run ' || r.n)::uuid as id, r.*,
    -- The limit of the last period stopped run 12 on the last day of it.
    case when r.n = 12 then (v_today - 17)::timestamp at time zone 'utc' - interval '8 hours'
      else now() - r.hours_ago * interval '1 hour' end as started,
    case when r.status = 'running' then r.hours_ago * 3600.0 / r.step else r.pace end as seconds,
    case when r.status = 'queued' then '{}'
      else jsonb_build_object('tokens', r.step * r.batch * 64,
        'gpu_minutes', round((r.step * case when r.status = 'running' then r.hours_ago * 3600.0 / r.step else r.pace end / 60)::numeric, 1),
        'training_runs', 1) end as usage
  from (values
    (1, 1, 'assistant-7b-sft', 'running', 640, 1000, 1.18, 2.5, null, 32, 0.0002, 'mistral-7b', null),
    (2, 2, 'reranker-base', 'running', 210, 400, 0.42, 0.8, null, 48, 0.00005, 'minilm', null),
    (3, 1, 'assistant-7b-dpo', 'queued', 0, 600, null, 0.1, null, 16, 0.000005, 'assistant-7b-sft', null),
    (4, 3, 'whisper-small-de', 'queued', 0, 300, null, 0.05, null, 24, 0.00001, 'whisper-small', null),
    (5, 1, 'assistant-3b-sft', 'completed', 800, 800, 1.31, 30, 7.5, 32, 0.0002, 'llama-3b', null),
    (6, 1, 'assistant-3b-eval', 'completed', 200, 200, 1.29, 55, 5.0, 64, 0.0001, 'llama-3b', null),
    (7, 2, 'embedder-large', 'completed', 500, 500, 0.36, 80, 11.0, 64, 0.00003, 'bge-large', null),
    (8, 2, 'embedder-small', 'completed', 500, 500, 0.51, 130, 5.5, 64, 0.00005, 'bge-small', null),
    (9, 3, 'whisper-tiny-de', 'failed', 133, 300, 0.92, 160, 9.0, 48, 0.00003, 'whisper-tiny', 'CUDA out of memory: tried to allocate 2.50 GiB (GPU 0; 23.69 GiB total)'),
    (10, 2, 'reranker-tiny', 'failed', 12, 400, 0.9, 210, 9.0, 32, 0.01, 'minilm', 'Loss is NaN at step 12'),
    (11, 1, 'assistant-3b-lr-1e-3', 'cancelled', 290, 600, 1.72, 260, 7.5, 32, 0.001, 'llama-3b', null),
    (12, 3, 'whisper-base-de', 'stopped', 240, 300, 0.61, null, 60.0, 24, 0.00002, 'whisper-base', null),
    (13, 1, 'assistant-3b-lr-5e-5', 'completed', 600, 600, 1.52, 236, 7.5, 32, 0.00005, 'llama-3b', null),
    (14, 1, 'assistant-3b-lr-2e-4', 'completed', 600, 600, 1.34, 233, 7.5, 32, 0.0002, 'llama-3b', null),
    (15, 1, 'assistant-3b-lr-5e-4', 'completed', 600, 600, 1.41, 234.5, 7.5, 32, 0.0005, 'llama-3b', null)
  ) as r (n, project, name, status, step, total, final_loss, hours_ago, pace, batch, lr, base, error);

  -- Losses that fall as losses do: fast, then slowly, with some noise; the evaluation every tenth point. Run 10 diverges.
  create temporary table runglass_seed_points on commit drop as
  select r.id, s as step, r.started + s * r.seconds * interval '1 second' as at,
    jsonb_build_object(
      'loss', round((r.final_loss + 2.8 * exp(-5.0 * x.part) * (1 - 0.3 * (r.n % 3) / 2.0) + noise.a * (0.02 + 0.06 * exp(-2.0 * x.part))
        + case when r.n = 10 and s > 6 then exp((s - 6) * 0.95) else 0 end)::numeric, 4),
      'lr', round((r.lr * least(1, x.part / 0.05) * (0.55 + 0.45 * cos(3.14159 * x.part)))::numeric, 9),
      'grad_norm', round((0.6 + 2.4 * exp(-6.0 * x.part) + 0.25 * abs(noise.b) + case when r.n = 10 and s > 6 then exp(s - 6) else 0 end)::numeric, 3),
      'samples_per_second', round((r.batch / r.seconds * (1 + 0.03 * noise.b))::numeric, 2))
    || case when s % (10 * x.stride) = 0 then jsonb_build_object(
      'eval_loss', round((r.final_loss + 0.09 + 2.6 * exp(-4.6 * x.part) + 0.012 * noise.b)::numeric, 4),
      'accuracy', round((0.93 - 0.14 * r.final_loss - 0.45 * exp(-4.0 * x.part) + 0.004 * noise.a)::numeric, 4)) else '{}' end as metrics
  from runglass_seed_runs r,
    lateral generate_series(greatest(1, r.step / 320), r.step, greatest(1, r.step / 320)) s,
    lateral (select s::double precision / r.total as part, greatest(1, r.step / 320) as stride) x,
    lateral (select sin(s * 12.9898 + r.n * 78.233) as a, sin(s * 4.1414 + r.n * 17.7) as b) noise;

  -- Working days are busy, weekends quiet, all of it grows, the second project most; and what the runs used.
  insert into public.usage_tracking (id, user_id, metric, day, amount, project_id)
  select md5(v_user || 'usage ' || u.metric || ' ' || u.day || ' ' || u.n)::uuid, v_user, u.metric, u.day, sum(u.amount),
    md5(v_user || 'project ' || u.n)::uuid
  from (
    select m.metric, v_today - d as day, p.n, round((m.per_day * p.share * weekday.factor * 1.4 * exp(-d / 70.0)
      * (1 + 0.25 * sin(d * 1.7 + p.n * 2.1 + m.phase)) * case p.n when 2 then 1.25 - d / 120.0 else 0.95 end)::numeric, m.digits) as amount
    from generate_series(0, 89) d,
      (values (1, 0.5), (2, 0.35), (3, 0.15)) as p (n, share),
      lateral (values ('tokens', 4100000.0, 0, 0.3), ('requests', 6400.0, 0, 1.1), ('storage_bytes', 800000000.0, 0, 0.7),
        ('gpu_minutes', case when d < 18 then 14.0 else 41.0 end, 1, 2.4)) as m (metric, per_day, digits, phase),
      lateral (select case when extract(isodow from v_today - d) > 5 and m.metric <> 'storage_bytes' then 0.35 else 1.0 end) as weekday (factor)
    union all
    select 'training_runs', v_today - d, p.n, (d + p.n * 5) % 3 from generate_series(18, 89) d, generate_series(1, 3) p (n) where (d + p.n * 5) % 3 > 0
    union all
    select e.key, (r.started at time zone 'utc')::date, r.project, e.value::numeric from runglass_seed_runs r, jsonb_each_text(r.usage) e
  ) u
  where u.amount > 0
  group by u.metric, u.day, u.n;
  -- The rest of the last period's minutes went on its last day, all but a few.
  select sum(amount) into v_used from public.usage_tracking
    where user_id = v_user and metric = 'gpu_minutes' and day >= v_today - 47 and day < v_today - 17;
  update public.usage_tracking set amount = amount + greatest(0, v_gpu_minutes - 2.5 - v_used)
    where user_id = v_user and metric = 'gpu_minutes' and day = v_today - 18 and project_id = md5(v_user || 'project 3')::uuid;
  v_used := greatest(v_used, v_gpu_minutes - 2.5);

  insert into public.training_runs (id, user_id, project_id, name, status, progress, step, total_steps, metrics, heartbeat_at,
    started_at, finished_at, error, cancel_requested_at, usage, stopped_by, step_rate, stepped_at, created_at)
  select r.id, v_user, md5(v_user || 'project ' || r.project)::uuid, r.name, r.status,
    case when r.status <> 'queued' then r.step::double precision / r.total end,
    case when r.status <> 'queued' then r.step end, r.total,
    coalesce((select e.metrics from runglass_seed_points e where e.id = r.id and e.metrics ? 'eval_loss' order by e.step desc limit 1), '{}')
      || coalesce((select e.metrics from runglass_seed_points e where e.id = r.id order by e.step desc limit 1), '{}'),
    ended.at, case when r.status <> 'queued' then r.started end, case when r.status <> 'running' then ended.at end,
    case r.n when 12 then format('Stopped by the limit of %s gpu_minutes, which resets on %s UTC.',
      to_char(v_gpu_minutes, 'FM999,999'), to_char(v_today - 17, 'YYYY-MM-DD 00:00')) else r.error end,
    case when r.status = 'cancelled' then ended.at - interval '9 seconds' end,
    r.usage,
    case r.n when 12 then jsonb_build_object('metric', 'gpu_minutes', 'limit', v_gpu_minutes, 'used', v_used,
      'at', to_json(ended.at at time zone 'utc') #>> '{}' || '+00:00', 'resets_at', to_char(v_today - 17, 'YYYY-MM-DD"T00:00:00+00:00"')) end,
    1 / r.seconds, ended.at, r.started - interval '2 minutes'
  from runglass_seed_runs r,
    lateral (select case when r.status <> 'queued' then r.started + r.step * r.seconds * interval '1 second' end as at) ended
  order by r.started;

  insert into public.training_run_metrics (run_id, step, user_id, metrics, recorded_at)
  select p.id, p.step, v_user, p.metrics, p.at from runglass_seed_points p;

  insert into public.training_run_configs (run_id, user_id, config)
  select r.id, v_user, jsonb_build_object('base_model', r.base, 'optimizer', case when r.n % 4 = 3 then 'lion' else 'adamw' end,
    'learning_rate', r.lr, 'batch_size', r.batch, 'epochs', 1 + r.total / 250, 'seed', 1000 + r.n,
    'precision', case r.project when 3 then 'fp16' else 'bf16' end,
    'dataset', jsonb_build_object('name', (array['help-centre-2026', 'contracts-en-de', 'meetings-de'])[r.project], 'rows', 12000 * r.project, 'split', '95/5'),
    'scheduler', jsonb_build_object('name', 'cosine', 'warmup_ratio', 0.05))
    || case r.project when 1 then jsonb_build_object('lora', jsonb_build_object('rank', 16 * (1 + r.n % 2), 'alpha', 32, 'dropout', 0.05)) else '{}' end
  from runglass_seed_runs r;

  insert into public.models (id, user_id, project_id, run_id, name, version, status, base_model, description, metrics, size_bytes, tags, created_at)
  select md5(v_user || 'model ' || m.n)::uuid, v_user, md5(v_user || 'project ' || m.project)::uuid,
    case when m.run is not null then md5(v_user || 'run ' || m.run)::uuid end,
    m.name, m.version, m.status, m.base, m.description, m.metrics::jsonb, m.size, m.tags, now() - m.age * interval '1 hour'
  from (values
    (1, 1, 1, 'assistant', '0.4.0', 'training', 'mistral-7b', 'Fine-tuning in progress.', '{}', null::bigint, '{chat,7b}'::text[], 2),
    (2, 1, 5, 'assistant', '0.3.0', 'deployed', 'llama-3b', 'Serves the help centre.', '{"eval_loss": 1.40, "accuracy": 0.87, "judge_win_rate": 0.64}', 6400000000, '{chat,production}', 28),
    (3, 1, 6, 'assistant', '0.2.1', 'archived', 'llama-3b', null, '{"eval_loss": 1.42, "accuracy": 0.84, "judge_win_rate": 0.58}', 6400000000, '{chat}', 54),
    (9, 1, 14, 'assistant', '0.2.0', 'archived', 'llama-3b', 'Best of the learning rates.', '{"eval_loss": 1.44, "accuracy": 0.82, "judge_win_rate": 0.55}', 6400000000, '{chat,sweep}', 231),
    (10, 1, 15, 'assistant', '0.2.0-lr5e-4', 'archived', 'llama-3b', null, '{"eval_loss": 1.51, "accuracy": 0.80}', 6400000000, '{chat,sweep}', 232),
    (4, 2, 7, 'contract-embedder', '2.0.0', 'ready', 'bge-large', 'Contracts in English and German.', '{"eval_loss": 0.45, "recall_at_10": 0.94, "mrr": 0.81}', 1340000000, '{embedding}', 78),
    (5, 2, 8, 'contract-embedder', '1.1.0', 'deployed', 'bge-small', null, '{"eval_loss": 0.60, "recall_at_10": 0.89, "mrr": 0.74}', 133000000, '{embedding,production}', 129),
    (11, 2, null, 'contract-embedder', '1.0.0', 'archived', 'bge-small', 'From before runs were logged.', '{"recall_at_10": 0.83, "mrr": 0.69}', 133000000, '{embedding}', 900),
    (6, 2, 10, 'contract-reranker', '0.1.0', 'failed', 'minilm', 'The loss diverged.', '{}', null, '{rerank}', 209),
    (12, 2, 2, 'contract-reranker', '0.2.0', 'training', 'minilm', null, '{}', null, '{rerank}', 0.8),
    (7, 3, null, 'meeting-notes', '0.0.1', 'draft', 'whisper-small', null, '{}', null, '{speech}', 700),
    (8, 3, 12, 'meeting-notes', '0.0.2', 'draft', 'whisper-base', 'From a run that was stopped.', '{"wer": 0.183}', 290000000, '{speech,german}', 430)
  ) as m (n, project, run, name, version, status, base, description, metrics, size, tags, age);

  insert into public.ide_sync_events (id, user_id, event_type, occurred_at, session_id, editor, project_id, run_id, payload)
  select md5(v_user || 'event ' || n)::uuid, v_user, kinds.types[1 + n % 8], now() - n * interval '97 minutes' - interval '3 minutes',
    md5(v_user || 'session ' || n / 9)::uuid, 'vscode', md5(v_user || 'project ' || 1 + n % 3)::uuid,
    case when kinds.types[1 + n % 8] = 'run.linked' then md5(v_user || 'run ' || 5 + n % 4)::uuid end,
    case kinds.types[1 + n % 8]
      when 'file.saved' then jsonb_build_object('language', (array['python', 'yaml', 'markdown'])[1 + n / 8 % 3], 'saves', 1 + n / 8 % 4)
      when 'task.started' then '{"task_type": "shell", "group": "build"}'::jsonb
      when 'task.ended' then jsonb_build_object('task_type', 'shell', 'group', 'build', 'exit_code', n / 8 % 2, 'duration_ms', 240000)
      when 'debug.started' then '{"debug_type": "debugpy"}'
      when 'debug.ended' then '{"debug_type": "debugpy", "duration_ms": 420000}'
      when 'git.committed' then '{"branch": "main", "files": 3}'
      else '{}' end
  from generate_series(0, 39) n,
    (select '{file.saved,task.ended,task.started,debug.ended,debug.started,git.committed,run.linked,window.opened}'::text[] as types) kinds
  order by n desc;
  drop table runglass_seed_runs, runglass_seed_points;
end $$;
